import { sql } from "drizzle-orm";
import { afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { execute } from "@/db/client";
import { beginDuty } from "@/db/maintenance";
import { listPauses } from "@/db/pauses";
import { environment } from "@/lib/env";
import { sweep } from "@/lib/jobs/sweep";
import { sweepIfStale } from "@/lib/jobs/sweep-and-dispatch";
import { log } from "@/lib/log";
import { attemptsOf, claimed, forgetJobs, lane, loseLease } from "../claims";
import { readJob } from "../factories";
import { ownDatabase } from "../own-database";
import { forgetWebhooks, makeWebhook } from "../webhooks";

const database = ownDatabase();

beforeAll(() => {
  for (const level of ["info", "error"] as const) vi.spyOn(log, level).mockReturnValue(undefined);
});
beforeEach(async () => {
  await forgetJobs();
  await execute(sql`truncate run_requests`);
});

const env = () => environment({ DATABASE_URL: database.url, CRON_SECRET: "0123456789abcdef" });

/** Something for each duty: a lost job, an open circuit to tell of, and old jobs, claims, runs, events. */
async function needsSweeping() {
  const { ids, modelId, promptId } = await lane(4, { provider: "openai" });
  const [lost = 0, next = 0, old = 0, older = 0] = ids;
  await claimed(lost);
  await loseLease([lost]);
  await execute(sql`insert into pauses (provider, manual, reason, next_probe_at)
    values ('openai', false, 'provider_auth', now())`);
  await execute(sql`update prompt_jobs set status = 'failed', error_code = 'lost',
    finished_at = now() - interval '100 days', created_at = now() - interval '100 days'
    where id in (${old}, ${older})`);
  await execute(
    sql`insert into model_claims values (${modelId}::bigint, now() - interval '1 hour')`,
  );
  await execute(sql`insert into run_requests (prompt_id, request, reply, jobs_created, created_at)
    values (${promptId}::bigint, '{}', '{}', 1, now() - interval '25 hours')`);
  await forgetWebhooks();
  await makeWebhook(["circuit.opened"]);
  await execute(sql`update webhooks set created_at = now() - interval '1 day'`);
  await execute(sql`insert into webhook_events (type, key, data, created_at)
    values ('budget.reached', '2026-01-01', '{}', now() - interval '100 days')`);
  return { lost, next };
}

/** Which duties are done. */
async function done(lost: number) {
  const [row] = await execute<{
    old: number;
    claims: number;
    runs: number;
    begun: number;
    told: number;
    old_events: number;
  }>(sql`
    select (select count(*) from prompt_jobs where status = 'failed') as old,
      (select count(*) from model_claims) as claims,
      (select count(*) from run_requests) as runs,
      (select count(*) from maintenance where duty = 'sweep') as begun,
      (select count(*) from webhook_deliveries) as told,
      (select count(*) from webhook_events where type = 'budget.reached') as old_events`);
  return {
    note: row?.begun === 1,
    rescue: (await readJob(lost)).status === "queued",
    probe: (await listPauses())[0]?.probeJobId != null,
    prune: row?.old === 0,
    forgetClaims: row?.claims === 0,
    forgetRuns: row?.runs === 0,
    tell: row?.told === 1,
    forgetEvents: row?.old_events === 0,
  };
}

const ALL = {
  note: true,
  rescue: true,
  probe: true,
  prune: true,
  forgetClaims: true,
  forgetRuns: true,
  tell: true,
  forgetEvents: true,
};

/** Makes every such write of a table fail, as a full disk or a broken row would. */
async function breakWrites(event: string, table: string): Promise<void> {
  await execute(
    sql.raw(`create or replace function break() returns trigger language plpgsql as $$
    begin raise exception 'broken for a test'; end $$`),
  );
  await execute(
    sql.raw(`create trigger break before ${event} on ${table} execute function break()`),
  );
}
afterEach(() => execute(sql`drop function if exists break cascade`));

describe("sweep", () => {
  test("rescues, probes, prunes, forgets, and says how much", async () => {
    const { lost } = await needsSweeping();
    expect(await sweep(env())).toEqual({ rescued: 1, pruned: 2 });
    expect(await done(lost)).toEqual(ALL);
    expect(await sweep(env())).toEqual({ rescued: 0, pruned: 0 });
  });

  const duties = [
    ["note", "insert", "maintenance"],
    ["probe", "update", "pauses"],
    ["prune", "delete", "prompt_jobs"],
    ["forgetClaims", "delete", "model_claims"],
    ["forgetRuns", "delete", "run_requests"],
    ["tell", "insert", "webhook_deliveries"],
    ["forgetEvents", "delete", "webhook_events"],
  ] as const;
  test.each(duties)(
    "the guard allSettled: where the duty %s fails (%s on %s), the others are done, and its error is thrown",
    async (duty, event, table) => {
      const { lost } = await needsSweeping();
      await breakWrites(event, table);
      await expect(sweep(env())).rejects.toThrow("broken for a test");
      expect(await done(lost)).toEqual({ ...ALL, [duty]: false });
      await execute(sql`drop function break cascade`);
      await sweep(env());
      expect(await done(lost)).toEqual(ALL);
    },
  );

  test("ten sweeps at once do each duty once", async () => {
    const { lost } = await needsSweeping();
    const swept = await Promise.all(Array.from({ length: 10 }, () => sweep(env())));
    const sum = (key: "rescued" | "pruned") => swept.reduce((n, s) => n + s[key], 0);
    expect({ rescued: sum("rescued"), pruned: sum("pruned") }).toEqual({ rescued: 1, pruned: 2 });
    expect(await attemptsOf(lost)).toHaveLength(1);
    const [cell] = await execute(sql`select sum(planned) as planned from batch_cells`);
    expect(cell).toEqual({ planned: 2 });
  });
});

describe("a sweep that other traffic starts", () => {
  test("the guarded row: of twenty callers at once, one begins, and none within the next minute", async () => {
    const begin = () =>
      Promise.all(Array.from({ length: 20 }, () => beginDuty("sweep", 60))).then(
        (begun) => begun.filter(Boolean).length,
      );
    expect(await begin()).toBe(1);
    expect(await begin()).toBe(0);
    await execute(sql`update maintenance set started_at = started_at - interval '61 seconds'`);
    expect(await begin()).toBe(1);
  });

  test("begins none where no time is left to send out what it would bring back", async () => {
    const { lost } = await needsSweeping();
    await sweepIfStale(env(), Date.now() - 55_000);
    expect((await readJob(lost)).status).toBe("processing");
  });

  test("rescues what was lost, and never throws", async () => {
    const { lost } = await needsSweeping();
    await breakWrites("update", "pauses");
    await sweepIfStale(env(), Date.now() - 53_500);
    expect((await readJob(lost)).status).toBe("queued");
  });
});
