import { randomUUID } from "node:crypto";
import { sql } from "drizzle-orm";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { execute } from "@/db/client";
import { OPERATOR_SECRET, startApp, type TestApp } from "../app";
import { makeModel, makePrompt } from "../factories";
import { type FakeProvider, startFakeProvider } from "../fake-provider";
import { ownDatabase } from "../own-database";
import { untilIdle } from "./job-rows";
import { expectError, expectInvalid, head, hushSweeps, QUIET } from "./refusals";

const database = ownDatabase();
let provider: FakeProvider;
let app: TestApp;
let slug: string;
let promptId: number;

beforeAll(async () => {
  await hushSweeps();
  provider = await startFakeProvider();
  app = await startApp(database.url, {
    ...QUIET,
    OPENAI_API_KEY: "sk-test",
    OPENAI_BASE_URL: provider.url,
  });
});
afterAll(async () => {
  await app?.stop();
  await provider?.close();
});
afterEach(untilIdle);
beforeEach(async () => {
  provider.reset();
  await promptOf({ runs: 2 });
});

async function promptOf(prompt: Parameters<typeof makePrompt>[1]): Promise<void> {
  slug = `p-${randomUUID()}x`;
  const model = await makeModel({ provider: "openai" });
  promptId = (await makePrompt([model.id], { slug, ...prompt })).id;
}

const ask = (query = "") => app.call("GET", `/api/prompts/${slug}/answer${query}`);
const jobsOfPrompt = () =>
  execute<{ id: number; batch_key: string }>(
    sql`select id, batch_key from prompt_jobs where prompt_id = ${promptId} order by id`,
  );

/** Polls as a program would, until the set is final. */
async function answer() {
  return vi.waitFor(
    async () => {
      const reply = await ask();
      expect(reply.status).toBe(200);
      return reply;
    },
    { timeout: 15_000, interval: 50 },
  );
}

const naming = (...entities: string[]) => ({ kind: "answer", answer: "So.", entities }) as const;

describe("GET /api/prompts/{ref}/answer", () => {
  test("runs the prompt at the first call, says that it is in flight, and then what it answers", async () => {
    provider.reply(() => ({ ...naming("Lost", "Dark"), delayMs: 200 }));
    const first = await ask();
    const jobIds = (await jobsOfPrompt()).map((job) => job.id);
    expect(jobIds).toHaveLength(2);
    expect({ status: first.status, body: first.body }).toEqual({
      status: 202,
      body: {
        success: true,
        jobId: jobIds[0],
        jobIds,
        status: "queued",
        message: "0 of 2 jobs are done: ask again for the answer",
        slug,
        confidence: null,
        confidenceLevel: null,
      },
    });
    expect((await answer()).body).toEqual({
      success: true,
      status: "ready",
      slug,
      entity: { id: expect.any(Number), name: "Lost" },
      confidence: 1,
      confidenceLevel: "low",
      runs: 2,
      answeredAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
    });
    expect(provider.requests).toHaveLength(2);
    expect(provider.requests[0]?.question).toBe("What is the best TV show?");
  });

  test("200 polls during a run, and 50 after it, add no job", async () => {
    provider.reply(() => ({ ...naming("Lost"), delayMs: 700 }));
    const polls = await Promise.all(Array.from({ length: 200 }, () => ask()));
    const waiting = polls.filter((poll) => poll.status === 202);
    expect(new Set(waiting.map((poll) => JSON.stringify(poll.body.jobIds))).size).toBe(1);
    await answer();
    await Promise.all(Array.from({ length: 50 }, () => ask()));
    expect(await jobsOfPrompt()).toHaveLength(2);
    expect(provider.requests).toHaveLength(2);
  });

  test("a set that failed says so, and polling it buys nothing", async () => {
    provider.reply(() => ({
      kind: "json",
      status: 400,
      body: { error: { code: "invalid_request", message: "no" } },
    }));
    await ask();
    const { body } = await answer();
    const jobIds = (await jobsOfPrompt()).map((job) => job.id);
    const errorCode = "invalid_request";
    expect(body).toEqual({ success: false, status: "failed", jobIds, errorCode, slug });
    for (let n = 0; n < 5; n++) expect((await ask()).body).toEqual(body);
    expect(await jobsOfPrompt()).toHaveLength(2);
    provider.reply(() => naming("Lost"));
    expect((await ask("?force=true")).status).toBe(202);
    expect((await answer()).body).toMatchObject({ status: "ready", runs: 2 });
  });

  test("reads what the cron of this window enqueued", async () => {
    provider.reply(() => ({ ...naming("Lost"), delayMs: 100 }));
    await app.call("GET", "/api/cron");
    expect((await ask()).status).toBe(202);
    expect((await answer()).body).toMatchObject({ status: "ready", entity: { name: "Lost" } });
    const keys = (await jobsOfPrompt()).map((job) => job.batch_key);
    expect(keys).toEqual([
      expect.stringMatching(/^\d{4}-\d\d-\d\d$/),
      expect.stringMatching(/^\d{4}-\d\d-\d\d$/),
    ]);
  });

  test("counts the answers that named an entity, and says how sure it is", async () => {
    await promptOf({ runs: 25 });
    let n = 0;
    // Best named first or not, Dark is in 20 answers, Lost in 8; three name nothing.
    provider.reply(() => {
      n += 1;
      if (n <= 3) return naming();
      return n <= 5 ? naming("Lost") : naming(...(n <= 11 ? ["Lost", "Dark"] : ["Dark"]));
    });
    await ask();
    expect((await answer()).body).toMatchObject({
      entity: { name: "Dark" },
      runs: 25,
      confidence: 0.8,
      confidenceLevel: "high",
    });
  });

  test("of answers that name nothing is ready without an entity", async () => {
    provider.reply(() => naming());
    await ask();
    expect((await answer()).body).toMatchObject({
      status: "ready",
      entity: null,
      confidence: null,
      confidenceLevel: null,
      runs: 2,
    });
  });

  test("is of the newest set, and of the present question", async () => {
    provider.reply(() => naming("Lost"));
    await ask();
    await answer();
    provider.reply(() => naming("Dark"));
    expect((await ask("?force=true")).body).toMatchObject({ status: "queued" });
    expect((await answer()).body.entity.name).toBe("Dark");
    await app.call("PATCH", `/api/prompts/${slug}`, { question: "And the worst?" });
    provider.reply(() => naming("Cats"));
    expect((await ask()).status).toBe(202);
    expect((await answer()).body.entity.name).toBe("Cats");
    expect(provider.requests.at(-1)?.question).toBe("And the worst?");
    expect(await jobsOfPrompt()).toHaveLength(6);
  });

  test("by force runs anew though one is in flight; without, it never does", async () => {
    provider.reply(() => ({ ...naming("Lost"), delayMs: 300 }));
    await ask();
    for (const [query, jobs] of [
      ["?force=false", 2],
      ["?force=true", 4],
      ["", 4],
    ] as const) {
      expect((await ask(query)).status).toBe(202);
      expect(await jobsOfPrompt()).toHaveLength(jobs);
    }
  });

  test("is refused where there is nothing to run, but still read where there is an answer", async () => {
    provider.reply(() => naming("Lost"));
    await app.call("PATCH", `/api/prompts/${slug}`, { active: false });
    expectError(await ask(), "ConflictError", 409);
    await app.call("PATCH", `/api/prompts/${slug}`, { active: true });
    await ask();
    await answer();
    await app.call("PATCH", `/api/prompts/${slug}`, { active: false });
    expect((await ask()).body.status).toBe("ready");
    expectError(await ask("?force=true"), "ConflictError", 409);
  });

  test("takes no other query, no other method, and no stranger", async () => {
    expectInvalid(await ask("?force=1"), "force");
    expectInvalid(await ask("?force=true&force=true"), "force");
    expectInvalid(await ask("?x=1"), "x");
    const path = `/api/prompts/${slug}/answer`;
    expect(await head(app, path, OPERATOR_SECRET)).toMatchObject({ status: 405, text: "" });
    expectError(await app.raw(path), "UnauthorizedError", 401);
    expectError(await app.call("GET", "/api/prompts/nobody/answer"), "PromptNotFoundError", 404, {
      prompt: "nobody",
    });
    expect(await jobsOfPrompt()).toEqual([]);
  });
});
