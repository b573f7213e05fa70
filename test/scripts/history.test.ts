import { sql } from "drizzle-orm";
import { beforeAll, describe, expect, test } from "vitest";
import { execute } from "@/db/client";
import { findSimulatedAsks, seedModels, seedPrompts } from "@/db/seed";
import { pastDays, risingName } from "@/lib/models/simulated-history";
import { SIMULATED_MODEL_NAMES } from "@/lib/models/simulated-personas";
import { readDays, writeHistory } from "@/scripts/history";
import { samplePrompts } from "@/scripts/samples";
import { makeJob } from "../factories";
import { ownDatabase } from "../own-database";

ownDatabase();

const DAYS = 60;
/** The models' answers go by the day: only so are they the same in each run of the test. */
const TODAY = "2026-11-25";
const history = { days: DAYS, today: TODAY };
const free = { inputUsdPerMillion: 0, cachedInputUsdPerMillion: 0, outputUsdPerMillion: 0 };
let slugs: string[];
let rising: { slug: string; name: string };
let written: { total: number; added: number };
let realId: number;

beforeAll(async () => {
  await seedModels(SIMULATED_MODEL_NAMES.map((name) => ({ provider: "simulated", name, ...free })));
  const samples = await samplePrompts();
  const [rises, stays] = [
    samples.find(({ question }) => risingName(question) !== null),
    samples.find(({ question }) => risingName(question) === null),
  ];
  if (!rises || !stays) throw new Error("the samples have both kinds");
  rising = { slug: rises.slug, name: risingName(rises.question) ?? "" };
  slugs = [rises.slug, stays.slug];
  await seedPrompts([rises, stays]);
  // A job of the real cron's, which the history must leave as it is.
  const [real] = await execute<{ prompt_id: number; model_id: number }>(
    sql`select prompt_id, model_id from prompt_models order by 1, 2 limit 1`,
  );
  realId = (
    await makeJob({
      promptId: real?.prompt_id ?? 0,
      modelId: real?.model_id ?? 0,
      batchKey: "2026-11-24",
      status: "cancelled",
      errorCode: "cancelled",
      finishedAt: new Date(),
    })
  ).id;
  written = await writeHistory(slugs, history);
});

const one = async <Row extends object>(query: ReturnType<typeof sql>): Promise<Row> => {
  const [row] = await execute<Row>(query);
  if (!row) throw new Error("no row");
  return row;
};

test("the days before today have a batch each, but for three that are missing", async () => {
  const total = (DAYS - 3) * 2 * 4 * 5;
  expect(written).toEqual({ total, added: total - 1 });
  const days = await execute<{ batch_key: string; ago: number; jobs: number }>(sql`
    select batch_key, ${TODAY}::date - batch_key::date as ago, count(*) as jobs
    from prompt_jobs group by 1 order by 1`);
  expect(days.map(({ jobs }) => jobs)).toEqual(Array.from({ length: DAYS - 3 }, () => 40));
  const missing = Array.from({ length: DAYS }, (_, index) => DAYS - index).filter(
    (ago) => !days.some((day) => day.ago === ago),
  );
  expect(missing).toHaveLength(3);
  expect(days.at(-1)?.ago).toBe(1);
});

test("by the database's own day it ends yesterday", async () => {
  const today = () =>
    one<{ day: string }>(sql`select (now() at time zone 'UTC')::date::text as day`);
  const [before, { today: said }, after] = [
    await today(),
    await findSimulatedAsks([]),
    await today(),
  ];
  expect([before.day, after.day]).toContain(said);
  const unchanged = { isBeforeRise: false, isBeforeSwap: false };
  expect(pastDays(2, "2026-03-01")).toEqual([
    { day: "2026-02-27", ...unchanged },
    { day: "2026-02-28", ...unchanged },
  ]);
});

test.each([
  [30, 0, 0],
  [31, 28, 0],
  [44, 28, 0],
  [45, 28, 42],
  [60, 28, 42],
])("of %d days, %d are before the rise and %d before the swap", (days, rise, swap) => {
  const past = pastDays(days, TODAY);
  expect(past.filter((day) => day.isBeforeRise)).toHaveLength(rise);
  expect(past.filter((day) => day.isBeforeSwap)).toHaveLength(swap);
});

test("written again it adds nothing, and what was there stays as it was", async () => {
  const counts = () =>
    one(sql`select (select count(*) from prompt_jobs) as jobs, (select count(*) from job_attempts) as
      attempts, (select count(*) from responses) as responses, (select count(*) from response_entities)
      as names, (select count(*) from entities) as entities,
      (select max(xmin::text::bigint) from prompt_jobs) as written`);
  const before = await counts();
  expect(await writeHistory(slugs, history)).toEqual({ ...written, added: 0 });
  expect(await counts()).toEqual(before);
  expect(await one(sql`select status, version from prompt_jobs where id = ${realId}`)).toEqual({
    status: "cancelled",
    version: 1,
  });
});

test("a job that was pruned isn't written again, for its answer is still there", async () => {
  const { key } = await one<{ key: string }>(sql`select min(batch_key) as key from prompt_jobs`);
  await execute(sql`with gone as (delete from prompt_jobs where batch_key = ${key} returning *)
    insert into batch_cells (prompt_id, model_id, batch_key, planned, answered, failed,
      first_created_at, last_finished_at)
    select prompt_id, model_id, batch_key, count(*), 0, 0, min(created_at), max(finished_at) from gone
    group by 1, 2, 3`);
  expect(await writeHistory(slugs, history)).toMatchObject({ added: 0 });
});

test("each job, attempt and answer hangs together as those of a real day do", async () => {
  const none = { n: 0 };
  expect(
    await one(sql`
    select count(*) as n from prompt_jobs j left join responses r on r.job_id = j.id
    where j.id <> ${realId} and ((j.status = 'succeeded') <> (r.id is not null)
      or j.entity_id is distinct from r.entity_id or r.answered_at <> j.finished_at
      or j.status not in ('succeeded', 'failed') or not j.scheduled or j.cost_usd <> 0
      or (j.created_at at time zone 'UTC')::date::text <> j.batch_key
      or (j.finished_at at time zone 'UTC')::date::text <> j.batch_key
      or not j.created_at < j.started_at or not j.started_at < j.finished_at)`),
  ).toEqual(none);
  expect(
    await one(sql`
    select count(*) as n from prompt_jobs j join lateral (
      select count(*) as attempts, max(started_at) as started_at, max(finished_at) as finished_at,
        max(outcome) filter (where attempt = j.claim_count) as outcome
      from job_attempts a where a.job_id = j.id) a on true
    where j.id <> ${realId} and (a.attempts <> j.claim_count or a.started_at <> j.started_at
      or a.finished_at <> j.finished_at or a.outcome <> j.status)`),
  ).toEqual(none);
  expect(
    await one(sql`
    select count(*) as n from responses r left join job_attempts a
      on a.job_id = r.job_id and a.claim_token = r.claim_token and a.outcome = 'succeeded'
    where (r.raw_text::jsonb -> 'entities') <> (select coalesce(jsonb_agg(name order by rank), '[]')
        from response_entities where response_id = r.id)
      or r.answer <> r.raw_text::jsonb ->> 'answer' or a.job_id is null
        and exists (select from prompt_jobs where id = r.job_id)`),
  ).toEqual(none);
  const outcomes = await execute<{ outcome: string; error_code: string | null }>(
    sql`select distinct outcome, error_code from job_attempts order by 1`,
  );
  expect(outcomes).toEqual([
    { outcome: "failed", error_code: "refused" },
    { outcome: "retried", error_code: "provider_unavailable" },
    { outcome: "succeeded", error_code: null },
  ]);
});

test("all of it says that it is made up", async () => {
  expect(
    await one(sql`
    select count(*) as n from responses where returned_model not like '% (simulated, built in)'
      or answer not like '%(Simulated answer: made up by Canvass, no AI model was asked.)'
      or settings ->> 'simulated' <> 'true'`),
  ).toEqual({ n: 0 });
  expect(
    await one(sql`
    select count(*) as n from job_attempts where error_message not like '%made up, to show%'`),
  ).toEqual({
    n: 0,
  });
});

test("a name becomes clearly more frequent on the 31st day", async () => {
  const { before, after } = await one<{ before: number; after: number }>(sql`
    select avg(named::int) filter (where place < 31) as before,
      avg(named::int) filter (where place >= 31) as after
    from (
      select ${DAYS + 1}::int - (${TODAY}::date - r.batch_key::date) as place,
        exists (select from response_entities where response_id = r.id and name = ${rising.name}) as named
      from responses r join prompts p on p.id = r.prompt_id where p.slug = ${rising.slug}
    ) answer`);
  expect(before).toBeLessThan(0.15);
  expect(after).toBeGreaterThan(before + 0.25);
});

test("one model is another from the 45th day on, and is what answers today", async () => {
  const rows = await execute(sql`
    select m.name, r.returned_model, min(${DAYS + 1}::int -
      (${TODAY}::date - r.batch_key::date)) as since
    from responses r join models m on m.id = r.model_id where m.name like '%comet' group by 1, 2 order by 3`);
  expect(rows).toEqual([
    {
      name: "simulated-comet",
      returned_model: "simulated-comet-1 (simulated, built in)",
      since: 1,
    },
    { name: "simulated-comet", returned_model: "simulated-comet (simulated, built in)", since: 45 },
  ]);
});

describe("--days", () => {
  test.each([
    [[], null],
    [["--days", "1"], 1],
    [["--days=60"], 60],
    [["--days", "730"], 730],
  ])("%j is %s", (args, days) => expect(readDays(args)).toBe(days));

  test.each(["0", "-1", "1.5", "731", "1000", "sixty", "", " 60", "6e1", "١"])(
    "%j is refused with what to write",
    (days) => {
      expect(() => readDays([`--days=${days}`])).toThrow("npm run db:seed -- --days 60");
    },
  );

  test.each([[["--day", "3"]], [["60"]], [["--days"]], [["--days", "-3"]]])(
    "%j is refused with what to write",
    (args) => {
      expect(() => readDays(args)).toThrow("npm run db:seed -- --days 60");
    },
  );
});
