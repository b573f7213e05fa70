import { sql } from "drizzle-orm";
import { arrayLiteral, execute } from "./client";
import { rootsOf } from "./entity-roots";
import type { JobStatus } from "./job-status";

export type AskedJob = { jobId: number; status: JobStatus; errorCode: string | null };

/** The sets of a prompt that an answer is read from, their jobs in order; null where there is none. */
export type AskedSets = {
  /** The newest set, if it belongs to the prompt's present window. */
  newest: AskedJob[] | null;
  /** The newest set in flight. */
  active: AskedJob[] | null;
};

/** See the function asked_sets in migrations/. */
export async function findAskedSets(promptId: number): Promise<AskedSets> {
  const rows = await execute<{
    id: number;
    status: JobStatus;
    error_code: string | null;
    is_newest: boolean | null;
    is_active: boolean | null;
  }>(sql`
    select j.id, j.status, j.error_code, j.batch_key = asked.newest_key as is_newest,
      j.batch_key = asked.active_key as is_active
    from asked_sets(${promptId}::bigint) asked
    join prompt_jobs j on j.prompt_id = ${promptId}::bigint
      and j.batch_key in (asked.newest_key, asked.active_key)
    order by j.id`);
  const jobsOf = (set: "is_newest" | "is_active") => {
    const jobs = rows.filter((row) => row[set]);
    return jobs.length === 0
      ? null
      : jobs.map((row) => ({ jobId: row.id, status: row.status, errorCode: row.error_code }));
  };
  return { newest: jobsOf("is_newest"), active: jobsOf("is_active") };
}

/** What the answers of a set name most often; a name counts as what it is merged into, an ignored one doesn't. */
export type Tally = {
  /** Valid answers, those that name nothing included. */
  answers: number;
  answeredAt: Date;
  /** The two named in most answers, ties by the more frequent first pick, then the older entity. */
  leaders: { id: number; name: string; named: number }[];
};

/** Null: none of these jobs has a valid answer. */
export async function tallyAnswers(jobIds: readonly number[]): Promise<Tally | null> {
  const [row] = await execute<{
    answers: number;
    answered_at: string | null;
    leaders: Tally["leaders"];
  }>(sql`
    with recursive answer as (
      select id, entity_id, answered_at from responses
      where job_id = any(${arrayLiteral(jobIds)}::bigint[])
    ), mention as (
      select answer.id, answer.entity_id as first_id, re.entity_id
      from answer join response_entities re on re.response_id = answer.id
    ), ${rootsOf(sql`select entity_id from mention`)}, leader as (
      select root.root_id as id, root.name, count(distinct mention.id) as named
      from mention join root using (entity_id) join root first on first.entity_id = first_id
      where not root.ignored
      group by root.root_id, root.name
      order by named desc,
        count(distinct mention.id) filter (where first.root_id = root.root_id) desc, root.root_id
      limit 2
    )
    select count(*) as answers, max(answered_at) as answered_at,
      (select coalesce(json_agg(leader), '[]') from leader) as leaders
    from answer`);
  if (!row || row.answered_at === null) return null;
  return {
    answers: row.answers,
    answeredAt: new Date(row.answered_at),
    leaders: row.leaders,
  };
}
