import { sql } from "drizzle-orm";
import { beforeEach, describe, expect, test } from "vitest";
import { execute } from "@/db/client";
import { succeedJob } from "@/db/job-transitions/succeed";
import { answerPrompt } from "@/lib/answers/answer";
import { environment } from "@/lib/env";
import { answerReply } from "@/lib/http/answer-reply";
import { ANSWER, claimed, FACTS, forgetJobs, lane } from "../claims";
import { makeJobs } from "../factories";
import { ownDatabase } from "../own-database";
import { entityIds, ignoreName, mergeName } from "./history";

const database = ownDatabase();
beforeEach(async () => {
  await forgetJobs();
  await execute(sql`truncate entities cascade`);
});

function ask(promptId: number) {
  const env = environment({ DATABASE_URL: database.url, CRON_SECRET: "0123456789abcdef" });
  return answerPrompt(promptId, { caller: { kind: "operator" }, force: false, mayRun: true }, env);
}

async function answer(jobId: number, ...names: string[]): Promise<void> {
  const entities = names.map((name) => ({ name, key: name.toLowerCase() }));
  await succeedJob(await claimed(jobId), { ...ANSWER, entities }, FACTS);
}

async function fail(jobId: number, errorCode: string): Promise<void> {
  await execute(sql`update prompt_jobs set status = 'failed', error_code = ${errorCode},
    finished_at = now() where id = ${jobId}`);
}

describe("an answer", () => {
  test("is the newest set's, though an older one is still in flight", async () => {
    const { promptId, modelId } = await lane(2);
    const [newest = 0] = await makeJobs(1, { promptId, modelId });
    await answer(newest, "Dark");
    expect(await ask(promptId)).toMatchObject({ status: "ready", entity: { name: "Dark" } });
  });

  test("is waited for where the newest set failed and an older one is in flight", async () => {
    const { promptId, modelId, ids } = await lane(2);
    const [newest = 0] = await makeJobs(1, { promptId, modelId });
    await fail(newest, "timeout");
    const jobs = ids.map((jobId) => ({ jobId, status: "queued", errorCode: null }));
    expect(await ask(promptId)).toMatchObject({ status: "in_flight", jobs, created: 0 });
  });

  test("of a set that failed is the error that most of its jobs ended with", async () => {
    const { promptId, ids } = await lane(3);
    for (const [n, id] of ids.entries()) await fail(id, n === 0 ? "network" : "timeout");
    expect(await ask(promptId)).toMatchObject({
      status: "failed",
      jobIds: ids,
      errorCode: "timeout",
    });
  });

  test("counts the valid answers alone, and is unsure of two that are named about as often", async () => {
    const { promptId, ids } = await lane(25);
    for (const [n, id] of ids.entries()) {
      if (n < 3) await fail(id, "timeout");
      else await answer(id, ...(n === 3 ? [] : n === 4 ? ["Lost"] : ["Dark", "Lost"]));
    }
    expect(await ask(promptId)).toMatchObject({
      entity: { name: "Lost" },
      runs: 22,
      confidence: 21 / 22,
      confidenceLevel: "low",
    });
  });

  test("of two that are named as often is the one named first more often, else the older one", async () => {
    const { promptId, ids } = await lane(2);
    const [one = 0, two = 0] = ids;
    // New names are stored in the order of their keys, so Dark is the older one.
    await answer(one, "Dark", "Lost");
    await answer(two, "Lost", "Dark");
    expect(await ask(promptId)).toMatchObject({ entity: { name: "Dark" } });
    await execute(
      sql`update responses set entity_id = (select id from entities where name = 'Lost')`,
    );
    expect(await ask(promptId)).toMatchObject({ entity: { name: "Lost" } });
  });

  test("counts a name as what it was merged into, once in an answer, and an ignored one not at all", async () => {
    const { promptId, ids } = await lane(6);
    const given = [
      ["Show", "GoT"],
      ["Show", "Thrones", "GoT"],
      ["Show", "Thrones"],
      ["Show", "Dark", "GoT"],
      ["Show", "Dark"],
      ["Show", "Lost"],
    ];
    for (const [n, id] of ids.entries()) await answer(id, ...(given[n] ?? []));
    await ignoreName("Show");
    // As two names they are in 3 and 2 answers; counted by their rows they would be in 5.
    await mergeName("GoT", "Thrones");
    const [thrones] = await entityIds("Thrones");
    expect(await ask(promptId)).toMatchObject({
      entity: { id: thrones, name: "Thrones" },
      confidence: 4 / 6,
      runs: 6,
    });
    await ignoreName("Thrones");
    expect(await ask(promptId)).toMatchObject({ entity: { name: "Dark" }, confidence: 2 / 6 });
  });

  test("is as old as the last of its set's", async () => {
    const { promptId, ids } = await lane(2);
    for (const id of ids) await answer(id, "Lost");
    await execute(sql`update responses set answered_at = case job_id
      when ${ids[0]} then timestamptz '2025-10-14T06:00:00Z' else '2025-10-14T05:00:00Z' end`);
    expect(await ask(promptId)).toMatchObject({ answeredAt: new Date("2025-10-14T06:00:00Z") });
  });

  test("of a set under way says so, and how many of its jobs are done", async () => {
    const { promptId, ids } = await lane(3);
    await answer(ids[0] ?? 0, "Lost");
    await claimed(ids[1] ?? 0);
    const reply = answerReply(await ask(promptId));
    expect(reply.status).toBe(202);
    expect(await reply.json()).toMatchObject({
      jobIds: ids,
      status: "processing",
      message: expect.stringMatching(/^1 of 3 jobs/),
    });
  });
});
