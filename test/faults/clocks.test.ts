import { sql } from "drizzle-orm";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { execute } from "@/db/client";
import { takeDueJobs } from "@/db/job-transitions/take";
import { beginDuty } from "@/db/maintenance";
import { environment } from "@/lib/env";
import { dispatch } from "@/lib/jobs/dispatch";
import { enqueueDue } from "@/lib/jobs/enqueue";
import { processJob } from "@/lib/jobs/process";
import { sweep } from "@/lib/jobs/sweep";
import { log } from "@/lib/log";
import { attemptsOf, claimed, forgetJobs, lane, OPEN, waitsFor } from "../claims";
import { ageJob, makeModel, makePrompt, readJob } from "../factories";
import { type FakeProvider, startFakeProvider } from "../fake-provider";
import { ownDatabase } from "../own-database";

const database = ownDatabase();

let provider: FakeProvider;
beforeAll(async () => {
  provider = await startFakeProvider();
  for (const level of ["info", "warn"] as const) vi.spyOn(log, level).mockReturnValue(undefined);
});
afterAll(() => provider.close());
beforeEach(async () => {
  provider.reset();
  await forgetJobs();
  await execute(sql`update prompts set active = false`);
});
afterEach(() => {
  globalThis.Date = TrueDate;
});

const env = () =>
  environment({
    DATABASE_URL: database.url,
    CRON_SECRET: "0123456789abcdef",
    OPENAI_API_KEY: "sk-test-0123456789abcdef",
    OPENAI_BASE_URL: provider.url,
  });

const TrueDate = Date;

/** This process's clock is off; the database's and the provider's are not. */
function setClockOff(seconds: number): void {
  const now = () => TrueDate.now() + seconds * 1_000;
  globalThis.Date = new Proxy(TrueDate, {
    construct: (real, args, target) =>
      Reflect.construct(real, args.length === 0 ? [now()] : args, target),
    get: (real, key) => (key === "now" ? now : Reflect.get(real, key)),
  });
}

/** How far in the future a time of the only job is, by the database's clock. */
async function secondsUntil(column: "lease_expires_at" | "scheduled_for"): Promise<number> {
  const [row] = await execute<{ seconds: number }>(sql`
    select extract(epoch from ${sql.raw(column)} - clock_timestamp()) as seconds from prompt_jobs`);
  return row?.seconds ?? Number.NaN;
}

/** How long the only model with jobs is held back. */
async function secondsHeld(modelId: number): Promise<number> {
  const [row] = await execute<{ seconds: number }>(sql`
    select extract(epoch from rate_limited_until - clock_timestamp()) as seconds
    from models where id = ${modelId}`);
  return row?.seconds ?? Number.NaN;
}

const OPENAI = { provider: "openai" } as const;
const failure = (status: number, code: string, headers: Record<string, string>) =>
  ({ kind: "json", status, headers, body: { error: { message: "no", code } } }) as const;

describe.each([
  ["ten minutes slow", -600],
  ["ten minutes fast", 600],
])("an app whose clock is %s", (_, offSeconds) => {
  beforeEach(() => setClockOff(offSeconds));

  test("the guard clock_timestamp() of the claim: leases for as long as it says", async () => {
    const { first } = await lane(1, OPENAI);
    provider.reply({ kind: "answer", delayMs: 300 });
    const running = processJob(first, env());
    await vi.waitFor(() => expect(provider.requests).toHaveLength(1));
    expect(Math.round((await secondsUntil("lease_expires_at")) / 10)).toBe(33);
    expect(await running).toMatchObject({ outcome: "succeeded" });
  });

  test("the guard now() of the rescue: takes back what ran out, and not a second before", async () => {
    const { first } = await lane(1);
    await claimed(first);
    await ageJob(first, OPEN.leaseSeconds - 10);
    expect(await sweep(env())).toMatchObject({ rescued: 0 });
    await ageJob(first, 11);
    expect(await sweep(env())).toMatchObject({ rescued: 1 });
    expect(await attemptsOf(first)).toMatchObject([{ outcome: "lost" }]);
    await claimed(first);
  });

  test("the guard clock_timestamp() of the retry: backs off for as long as the provider asks", async () => {
    const { first } = await lane(1, OPENAI);
    provider.reply(failure(503, "server_error", { "retry-after": "45" }));
    expect(await processJob(first, env())).toMatchObject({ outcome: "retried" });
    expect(Math.round(await secondsUntil("scheduled_for"))).toBe(45);
    expect(await waitsFor(first)).toBe("backoff");
    expect(await takeDueJobs(1, OPEN)).toEqual([]);
    await ageJob(first, 46);
    expect(await takeDueJobs(1, OPEN)).toEqual([first]);
  });

  test("holds a rate-limited model for as long as the provider asks", async () => {
    const { first, modelId } = await lane(2, OPENAI);
    provider.reply(failure(429, "rate_limit_exceeded", { "retry-after": "20" }));
    await processJob(first, env());
    expect(Math.round(await secondsHeld(modelId))).toBe(20);
  });

  test("the guard of the reply's own date: a Retry-After that is a date means the provider's clock", async () => {
    const { first, modelId } = await lane(1, OPENAI);
    const until = new TrueDate(TrueDate.now() + 20_000).toUTCString();
    provider.reply(failure(429, "rate_limit_exceeded", { "retry-after": until }));
    await processJob(first, env());
    const held = await secondsHeld(modelId);
    expect(held).toBeGreaterThan(17);
    expect(held).toBeLessThan(21);
  });

  test("shares a model's requests a minute with instances whose clocks are right", async () => {
    const { ids } = await lane(2, { requestsPerMinute: 1 });
    const [first = 0, second = 0] = ids;
    await claimed(first);
    setClockOff(-offSeconds);
    expect(await waitsFor(second)).toBe("rate_limit");
    await execute(sql`update model_claims set claimed_at = claimed_at - interval '61 seconds'`);
    await claimed(second);
  });

  test("prunes at the age that the database reckons", async () => {
    const { ids } = await lane(2);
    const [younger = 0, older = 0] = ids;
    await execute(sql`update prompt_jobs set status = 'failed', error_code = 'lost',
      finished_at = now(), created_at = now() - interval '1 hour'`);
    await ageJob(younger, 90 * 86_400 - 300);
    await ageJob(older, 90 * 86_400 + 300);
    expect(await sweep(env())).toMatchObject({ pruned: 1 });
    expect((await readJob(younger)).id).toBe(younger);
  });

  test("begins a sweep for other traffic once a minute of the database's", async () => {
    expect(await beginDuty("sweep", 60)).toBe(true);
    setClockOff(-offSeconds);
    expect(await beginDuty("sweep", 60)).toBe(false);
  });

  test("drives its dispatch loop to the end of what is due", async () => {
    const { ids } = await lane(5, OPENAI);
    const send = async (jobId: number) => {
      await processJob(jobId, env());
      return { outcome: "accepted" } as const;
    };
    expect(await dispatch(env(), { deadlineMs: Date.now() + 10_000, send })).toBe(5);
    for (const id of ids) expect((await readJob(id)).status).toBe("succeeded");
  });
});

// Ten minutes are seldom enough to name another window, a day is always.
test.each([-86_400, -600, 600, 86_400])(
  "the guard now() of the cron: with a clock %i s off, windows are those of the database",
  async (offSeconds) => {
    const model = await makeModel();
    await makePrompt([model.id], { frequency: "hourly" });
    await makePrompt([model.id], { frequency: "daily" });
    setClockOff(offSeconds);
    const read = () =>
      execute<{ keys: string[] }>(sql`select json_build_array(
        to_char(now() at time zone 'UTC', 'YYYY-MM-DD'),
        to_char(now() at time zone 'UTC', 'YYYY-MM-DD"T"HH24')) as keys`);
    const [before] = await read();
    const { batchKeys } = await enqueueDue(env());
    const [after] = await read();
    // The hour may have turned in between.
    expect([before?.keys, after?.keys]).toContainEqual(batchKeys);
  },
);
