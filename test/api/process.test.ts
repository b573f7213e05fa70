import { sql } from "drizzle-orm";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { execute } from "@/db/client";
import { startApp, type TestApp } from "../app";
import { ageJob, makeJob, makeModel, makePrompt, readJob } from "../factories";
import {
  completion,
  type FakeProvider,
  type ScriptedReply,
  startFakeProvider,
} from "../fake-provider";
import { ownDatabase } from "../own-database";
import { expectError, hushSweeps, QUIET } from "./refusals";

const database = ownDatabase();
let provider: FakeProvider;
let app: TestApp;
let of: { promptId: number; modelId: number };

beforeAll(async () => {
  await hushSweeps();
  provider = await startFakeProvider();
  app = await startApp(database.url, {
    ...QUIET,
    OPENAI_API_KEY: "sk-test-key",
    OPENAI_BASE_URL: provider.url,
    MODEL_TIMEOUT_SECONDS: "1",
    RETRY_BASE_MS: "600000",
  });
});
afterAll(async () => {
  await app?.stop();
  await provider?.close();
});
// A rate limit holds up the whole model, so each test has one of its own.
beforeEach(async () => {
  of = await makePair();
});
afterEach(async () => {
  provider.reset();
  await execute(sql`delete from prompt_jobs`);
});

/** A prompt with a model of its own. */
async function makePair(model: object = {}, prompt: object = {}): Promise<typeof of> {
  const { id: modelId } = await makeModel({ provider: "openai", ...model });
  return { promptId: (await makePrompt([modelId], prompt)).id, modelId };
}

const ask = (jobId: unknown) => app.call("POST", "/api/jobs/process", { jobId });
const responsesTo = (jobId: number) =>
  execute<{ outcome: string; entity_id: number | null; answer: string }>(
    sql`select outcome, entity_id, answer from responses where job_id = ${jobId}`,
  );
const error = (status: number, code: string | null = null): ScriptedReply => ({
  kind: "json",
  status,
  body: {
    error: { message: "words of the provider's: sk-test-key", type: "x", param: null, code },
  },
});
const content = (text: string): ScriptedReply => ({ kind: "json", body: completion(text) });

describe("a job that is asked and answered", () => {
  test("succeeds with its first entity, stored once, and is asked no second time", async () => {
    provider.reply({ kind: "answer", answer: "The Wire.", entities: ["The Wire", "Lost"] });
    const { id: jobId } = await makeJob(of);
    const { status, body } = await ask(jobId);
    const entityId = expect.any(Number);
    expect({ status, body }).toEqual({
      status: 200,
      body: { success: true, jobId, status: "succeeded", entityId },
    });
    expect(await responsesTo(jobId)).toEqual([
      { outcome: "named", entity_id: body.entityId, answer: "The Wire." },
    ]);
    const [entity] = await execute(sql`select name from entities where id = ${body.entityId}`);
    expect(entity).toEqual({ name: "The Wire" });

    const message = "Job already succeeded";
    expect((await ask(jobId)).body).toEqual({ success: true, jobId, status: "succeeded", message });
    expect(provider.requests).toHaveLength(1);
  });

  test("succeeds without an entity where the answer names none", async () => {
    provider.reply({ kind: "answer", answer: "It depends.", entities: [] });
    const { id: jobId } = await makeJob(of);
    const { status, body } = await ask(jobId);
    expect({ status, body }).toEqual({
      status: 200,
      body: { success: true, jobId, status: "succeeded", entityId: null },
    });
    expect(await responsesTo(jobId)).toMatchObject([{ outcome: "none", entity_id: null }]);
  });

  test("gets the same entity as another job whose answer spells it differently", async () => {
    provider.reply([
      { kind: "answer", entities: ["Breaking Bad"] },
      { kind: "answer", entities: [" \u201Cbreaking  BAD\u201D\0 "] },
    ]);
    const [one, two] = [await makeJob(of), await makeJob(of)];
    const first = (await ask(one.id)).body.entityId;
    expect((await ask(two.id)).body.entityId).toBe(first);
  });
});

describe("a job that fails for good", () => {
  test.each<[string, ScriptedReply]>([
    ["invalid_request", error(400)],
    ["invalid_request", error(400, "context_length_exceeded")],
    ["model_not_found", error(404, "model_not_found")],
    ["refused", error(400, "content_filter")],
    [
      "truncated",
      {
        kind: "json",
        body: completion("{", {
          choices: [{ index: 0, finish_reason: "length", message: { content: "{" } }],
        }),
      },
    ],
  ])("with %s says so, and stores no answer", async (errorCode, reply) => {
    provider.reply(reply);
    const { id: jobId } = await makeJob(of);
    const { status, body, text } = await ask(jobId);
    expect({ status, body }).toEqual({
      status: 200,
      body: {
        success: false,
        jobId,
        status: "failed",
        errorCode,
        error: expect.stringMatching(/\S/),
      },
    });
    expect(text).not.toMatch(/sk-test-key|words of the provider/);
    expect(await responsesTo(jobId)).toEqual([]);
    const message = "Job already failed";
    expect((await ask(jobId)).body).toEqual({ success: true, jobId, status: "failed", message });
    expect(provider.requests).toHaveLength(1);
  });

  test("has used up its attempts, the last of which decides", async () => {
    provider.reply(() => error(503));
    const { id: jobId } = await makeJob({ ...of, maxAttempts: 2 });
    expect((await ask(jobId)).body.status).toBe("queued");
    await ageJob(jobId, 3_600);
    const errorCode = "provider_unavailable";
    expect((await ask(jobId)).body).toMatchObject({ success: false, status: "failed", errorCode });
    expect(provider.requests).toHaveLength(2);
  });
});

describe("a job that will be tried again", () => {
  test.each<[string, ScriptedReply]>([
    ["provider_unavailable", error(500)],
    ["provider_unavailable", error(503)],
    ["rate_limited", error(429, "rate_limit_exceeded")],
    ["network", { kind: "reset" }],
    ["timeout", { kind: "hang" }],
    ["timeout", { kind: "trickle", everyMs: 100 }],
    ["malformed_response", { kind: "text", text: "<!doctype html>" }],
    ["malformed_response", { kind: "json", body: { error: { message: "x", code: 502 } } }],
    ["malformed_response", content("no JSON")],
    ["malformed_response", content('{"answer":"x"}')],
  ])("after %s is queued again, and tells when", async (errorCode, reply) => {
    provider.reply(reply);
    const { id: jobId } = await makeJob(of);
    const { status, body, text } = await ask(jobId);
    expect({ status, body }).toEqual({
      status: 200,
      body: {
        success: false,
        jobId,
        status: "queued",
        retryAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:]{8}\.\d{3}Z$/),
        errorCode,
        error: expect.stringMatching(/\S/),
      },
    });
    expect(text).not.toMatch(/sk-test-key|words of the provider/);
    expect(await responsesTo(jobId)).toEqual([]);
    expect(provider.requests).toHaveLength(1);
  });

  test("isn't asked before its time, however often it is called", async () => {
    provider.reply({ ...error(503), headers: { "retry-after": "300" } });
    const { id: jobId } = await makeJob(of);
    const { retryAt } = (await ask(jobId)).body;
    const waits = { success: true, jobId, status: "queued", waitingFor: "backoff" };
    const again = await Promise.all(Array.from({ length: 10 }, () => ask(jobId)));
    for (const { status, body } of again)
      expect({ status, body }).toEqual({ status: 202, body: waits });
    expect(provider.requests).toHaveLength(1);
    expect((await readJob(jobId)).scheduledFor.toISOString()).toBe(retryAt);
  });
});

test("an unknown id is 404", async () => {
  expectError(await ask(999_999), "JobNotFoundError", 404, { jobId: 999_999 });
});
