import { sql } from "drizzle-orm";
import { type BreakReason, breaks, cells } from "./answer-segments";
import { execute } from "./client";
import type { JobStatus } from "./job-status";

/** What an answer was an answer to. */
export type AnsweredAs = {
  promptVersion: number;
  instructionsVersion: number;
  settings: Record<string, unknown>;
  returnedModel: string | null;
};

/** From that UTC day on a model's answers are to something else: a break of the line. */
export type Change = {
  date: string;
  modelId: number;
  reason: BreakReason;
  before: AnsweredAs;
  after: AnsweredAs;
};

const answeredAs = sql`json_build_object('promptVersion', prompt_version,
  'instructionsVersion', instructions_version, 'settings', settings, 'returnedModel', returned_model)`;

/** All changes in a prompt's life, newest first; a row for each thing that changed. */
export async function listChanges(promptId: number): Promise<Change[]> {
  const asked = { promptId, modelId: null };
  const always = { from: "-infinity", to: "infinity" };
  return execute<Change>(sql`
    with recursive ${cells(asked, always)}, ${breaks(asked, always)}
    select day::text as date, model_id as "modelId", reason,
      (select ${answeredAs} from responses where id = sample_before) as before,
      (select ${answeredAs} from responses where id = sample) as after
    from break order by day desc, model_id, reason`);
}

/** A version of a prompt's question, and its answers. */
export type QuestionVersion = { version: number; from: Date; to: Date; answers: number };

/** The versions that were answered, newest first. */
export async function listQuestionVersions(promptId: number): Promise<QuestionVersion[]> {
  const rows = await execute<{ version: number; first: string; last: string; answers: number }>(sql`
    select prompt_version as version, min(answered_at) as first, max(answered_at) as last,
      count(*)::int as answers
    from responses where prompt_id = ${promptId}::bigint
    group by prompt_version order by prompt_version desc`);
  return rows.map(({ version, first, last, answers }) => ({
    ...{ version, answers, from: new Date(first), to: new Date(last) },
  }));
}

/** Jobs that somebody asked for, all at once. */
export type HandRun = {
  batchKey: string;
  askedAt: Date;
  modelIds: number[];
  jobs: Readonly<Record<JobStatus, number>>;
};

/** A prompt's runs by hand, newest first. */
export async function listHandRuns(promptId: number, limit: number): Promise<HandRun[]> {
  const rows = await execute<Omit<HandRun, "askedAt"> & { asked_at: string }>(sql`
    select batch_key as "batchKey", min(created_at) as asked_at,
      json_agg(distinct model_id order by model_id) as "modelIds",
      json_build_object(
        'queued', count(*) filter (where status = 'queued'),
        'processing', count(*) filter (where status = 'processing'),
        'succeeded', count(*) filter (where status = 'succeeded'),
        'failed', count(*) filter (where status = 'failed'),
        'skipped', count(*) filter (where status = 'skipped'),
        'cancelled', count(*) filter (where status = 'cancelled')) as jobs
    from prompt_jobs where prompt_id = ${promptId}::bigint and not scheduled
      and batch_key like 'run-%'
    group by batch_key order by min(created_at) desc limit ${limit}::int`);
  return rows.map(({ asked_at, ...run }) => ({ ...run, askedAt: new Date(asked_at) }));
}
