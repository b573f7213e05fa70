import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { OPERATOR_SECRET, type Reply, startApp, type TestApp } from "../app";
import { makeJob, makeModel, makePrompt } from "../factories";
import { type FakeProvider, startFakeProvider } from "../fake-provider";
import { ownDatabase } from "../own-database";
import {
  expectError,
  expectInvalid,
  head,
  hushSweeps,
  QUIET,
  send,
  stored,
  title,
  tomorrow,
} from "./refusals";

const database = ownDatabase();
let provider: FakeProvider;
let app: TestApp;
let before: string;

beforeAll(async () => {
  await hushSweeps();
  provider = await startFakeProvider();
  app = await startApp(database.url, {
    ...QUIET,
    OPENAI_API_KEY: "sk-test",
    OPENAI_BASE_URL: provider.url,
  });
  // Something that a call which should have been refused could enqueue, claim, change or delete.
  const model = await makeModel({ provider: "openai", name: "gpt-untouched" });
  const prompt = await makePrompt([model.id], { slug: "untouched" });
  await makeJob({ promptId: prompt.id, modelId: model.id, scheduledFor: tomorrow() });
  before = await stored();
});
afterAll(async () => {
  expect(await stored()).toBe(before);
  expect(provider.requests).toEqual([]);
  await app?.stop();
  await provider?.close();
});

const ALL_METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];

/** Every address there is, and what it takes. OPTIONS is answered by Next. */
const ADDRESSES: Record<string, string[]> = {
  "/api/cron": ["GET"],
  "/api/jobs/process": ["POST"],
  "/api/jobs/status": ["GET", "HEAD"],
  "/api/jobs/status/1": ["GET", "HEAD"],
  "/api/jobs/status/1/poll": ["GET", "HEAD"],
  "/api/jobs/status/1/stream": ["GET", "HEAD"],
  "/api/jobs/cancel": ["POST"],
  "/api/jobs/cancel/1": ["POST"],
  "/api/jobs/restart": ["POST"],
  "/api/jobs/restart/1": ["POST"],
  "/api/jobs/queue/stats": ["GET", "HEAD"],
  "/api/jobs/queue/pause": ["POST"],
  "/api/jobs/queue/resume": ["POST"],
  "/api/jobs/batches": ["GET", "HEAD"],
  "/api/jobs/batches/2025-10-14": ["GET", "HEAD"],
  "/api/jobs/batches/2025-10-14/stream": ["GET", "HEAD"],
  "/api/prompts": ["GET", "HEAD", "POST"],
  "/api/prompts/import": ["POST"],
  "/api/prompts/export": ["GET", "HEAD"],
  "/api/prompts/untouched": ["GET", "HEAD", "PATCH", "DELETE"],
  "/api/prompts/untouched/runs": ["POST"],
  "/api/prompts/untouched/answer": ["GET"],
  "/api/costs": ["GET", "HEAD"],
  "/api/estimates": ["POST"],
  "/api/prompts/untouched/trend": ["GET", "HEAD"],
  "/api/prompts/untouched/models": ["GET", "HEAD"],
  "/api/prompts/untouched/responses": ["GET", "HEAD"],
  "/api/models": ["GET", "HEAD", "POST"],
  "/api/models/1": ["GET", "HEAD", "PATCH"],
  "/api/entities": ["GET", "HEAD"],
  "/api/entities/1": ["GET", "HEAD", "PATCH"],
  "/api/entities/1/aliases": ["POST"],
  "/api/entities/1/merge": ["POST"],
  "/api/entities/1/split": ["POST"],
  "/api/setup": ["POST"],
  "/api/invitations": ["POST"],
  "/api/invitations/accept": ["POST"],
  "/api/api-keys": ["GET", "HEAD", "POST"],
  "/api/api-keys/1": ["DELETE"],
  "/api/webhooks": ["GET", "HEAD", "POST"],
  "/api/webhooks/1": ["GET", "HEAD", "PATCH", "DELETE"],
  "/api/webhooks/1/secret": ["POST"],
  "/api/webhooks/1/deliveries": ["GET", "HEAD"],
  "/api/webhooks/1/deliveries/1/send": ["POST"],
  "/api/auth/sign-in/email": ["POST"],
  "/api/auth/sign-out": ["POST"],
  "/api/auth/get-session": ["GET", "HEAD"],
  "/api/health": ["GET", "HEAD"],
};

const PUBLIC = ["/api/health", "/api/auth/get-session"];

const UNKNOWN = [
  "/api",
  "/api/nope",
  "/api/nope?x=1&x=2",
  "/api/jobs",
  "/api/cron/now",
  "/api/cron%20",
  "/api/jobs/status/1/2",
  "/api/jobs/process/1",
  "/api/models/1/2",
  "/api/health.json",
  "/api/auth",
  "/api/auth/nope",
  "/api/auth/sign-in",
  "/api/invitations/1/accept",
  "/api/cron;x=1",
  "/api/%00",
  "/api/__proto__",
  `/api/${"a".repeat(3_000)}`,
];

describe("an unknown address under /api", () => {
  test.each(UNKNOWN.map((path) => [title(path), path]))("%s is 404 in JSON", async (_, path) => {
    for (const method of ALL_METHODS.filter((m) => m !== "HEAD")) {
      expectError(await app.raw(path, { method }), "NotFoundError", 404);
    }
    expect(await head(app, path)).toMatchObject({ status: 404, text: "" });
  });

  test("never repeats more of the address than a sentence holds", async () => {
    const { body } = await app.raw(`/api/${"a".repeat(3_000)}`);
    expect(body.message.length).toBeLessThan(300);
  });
});

describe("a method that an address doesn't take", () => {
  const cases = Object.entries(ADDRESSES).flatMap(([path, takes]) =>
    [...ALL_METHODS, "PURGE", "PROPFIND"]
      .filter((method) => !takes.includes(method) && method !== "OPTIONS")
      .map((method) => [method, path] as const),
  );
  test.each(cases)("%s %s is refused before anything else", async (method, path) => {
    const { status, text } = await app.raw(path, { method });
    // Next answers 400 to a method that it doesn't know itself.
    expect(status).toBe(["PURGE", "PROPFIND"].includes(method) ? 400 : 405);
    expect(text).toBe("");
  });

  test.each(Object.keys(ADDRESSES))("OPTIONS %s does nothing", async (path) => {
    expect(await app.raw(path, { method: "OPTIONS" })).toMatchObject({ status: 204, text: "" });
  });

  test("HEAD on the cron is 405 with the operator's secret too, and enqueues nothing", async () => {
    const reply = await app.call("HEAD", "/api/cron");
    expect(reply).toMatchObject({ status: 405, text: "" });
    expect(reply.headers.get("allow")).toBe("GET");
  });

  test("no header turns a POST into the GET that does something", async () => {
    const headers = {
      authorization: OPERATOR_SECRET,
      "x-http-method-override": "GET",
      "x-method-override": "GET",
    };
    expect(await app.raw("/api/cron", { method: "POST", headers })).toMatchObject({ status: 405 });
  });

  test("HEAD on what only reads has GET's status and no body", async () => {
    // A poll and a stream would wait for the job.
    const readable = Object.keys(ADDRESSES).filter(
      (path) => ADDRESSES[path]?.includes("HEAD") && !/\/(poll|stream)$/.test(path),
    );
    for (const path of readable) {
      const { status } = await app.call("GET", path);
      expect(await head(app, path, OPERATOR_SECRET)).toMatchObject({ status, text: "" });
      expect((await head(app, path)).status).toBe(PUBLIC.includes(path) ? 200 : 401);
    }
  });
});

const HUGE = new Uint8Array(5 * 1024 * 1024).fill(0x20);
const operator = (method: string, path: string, body: string | Uint8Array, type?: string) =>
  send(app, OPERATOR_SECRET, method, path, body, type);
const stranger = (method: string, path: string, body: string | Uint8Array, type?: string) =>
  send(app, "not the secret", method, path, body, type);

describe("where several errors apply, the first of the contract's order is told", () => {
  test("an unknown address before all else", async () => {
    expectError(await stranger("POST", "/api/nope", HUGE, "text/plain"), "NotFoundError", 404);
  });

  test("a wrong method before credentials, size and content", async () => {
    const { status } = await stranger("PUT", "/api/jobs/process", HUGE, "text/plain");
    expect(status).toBe(405);
  });

  test("credentials before size, content and what is asked for", async () => {
    const refused = [
      await stranger("POST", "/api/jobs/process", HUGE),
      await stranger("POST", "/api/jobs/process", "{"),
      await stranger("POST", "/api/prompts", "{}", "text/plain"),
      await stranger("PATCH", "/api/prompts/-1", "{}"),
      await app.raw("/api/models/999999"),
      await app.raw("/api/models/0"),
      await app.raw("/api/models?x=1&x=2"),
      await app.raw("/api/prompts/untouched", { method: "DELETE" }),
    ];
    for (const reply of refused) expectError(reply, "UnauthorizedError", 401);
  });

  test("size before content type, path, query and what is asked for", async () => {
    for (const reply of [
      await operator("POST", "/api/jobs/process", HUGE, "text/plain"),
      await operator("PATCH", "/api/models/0", HUGE),
      await operator("PATCH", "/api/models/999999?x=1", HUGE),
    ]) {
      expectError(reply, "PayloadTooLargeError", 413);
    }
  });

  test("content before what is asked for", async () => {
    expectInvalid(await operator("PATCH", "/api/models/999999", '{"active":1}'), "active");
    expectInvalid(await operator("PATCH", "/api/prompts/nobody", '{"runs":0}'), "runs");
    expectInvalid(await app.call("GET", "/api/jobs/status/999999?x=1"), "x");
    expectInvalid(await app.call("DELETE", "/api/prompts/nobody?x=1"), "x");
    expectInvalid(
      await operator("POST", "/api/prompts", '{"slug":"untouched","question":"?","modelIds":[]}'),
      "modelIds",
    );
  });

  test("what doesn't exist before a conflict", async () => {
    const body = { slug: "untouched", question: "?", modelIds: [999_999] };
    expectError(await app.call("POST", "/api/prompts", body), "ModelNotFoundError", 404, {
      modelId: 999_999,
    });
    expectError(
      await app.call("PATCH", "/api/prompts/nobody", { slug: "untouched" }),
      "PromptNotFoundError",
      404,
      { prompt: "nobody" },
    );
  });
});

describe("what doesn't exist", () => {
  const absent: [string, string, object | undefined, string, object][] = [
    ["GET", "/api/jobs/status/999999", undefined, "JobNotFoundError", { jobId: 999_999 }],
    ["GET", "/api/jobs/status/999999/poll", undefined, "JobNotFoundError", { jobId: 999_999 }],
    ["GET", "/api/jobs/status/999999/stream", undefined, "JobNotFoundError", { jobId: 999_999 }],
    ["POST", "/api/jobs/process", { jobId: 999_999 }, "JobNotFoundError", { jobId: 999_999 }],
    ["GET", "/api/models/999999", undefined, "ModelNotFoundError", { modelId: 999_999 }],
    ["PATCH", "/api/models/999999", {}, "ModelNotFoundError", { modelId: 999_999 }],
    ["POST", "/api/jobs/cancel/999999", undefined, "JobNotFoundError", { jobId: 999_999 }],
    ["POST", "/api/jobs/restart/999999", undefined, "JobNotFoundError", { jobId: 999_999 }],
    ["GET", "/api/jobs/batches/nil", undefined, "BatchNotFoundError", { batchKey: "nil" }],
    ["GET", "/api/jobs/batches/nil/stream", undefined, "BatchNotFoundError", { batchKey: "nil" }],
    ["POST", "/api/prompts/nobody/runs", {}, "PromptNotFoundError", { prompt: "nobody" }],
    ["GET", "/api/prompts/nobody/answer", undefined, "PromptNotFoundError", { prompt: "nobody" }],
    ["GET", "/api/prompts/nobody/trend", undefined, "PromptNotFoundError", { prompt: "nobody" }],
    ["GET", "/api/prompts/nobody/models", undefined, "PromptNotFoundError", { prompt: "nobody" }],
    [
      "GET",
      "/api/prompts/nobody/responses",
      undefined,
      "PromptNotFoundError",
      { prompt: "nobody" },
    ],
    ["GET", "/api/prompts/nobody", undefined, "PromptNotFoundError", { prompt: "nobody" }],
    ["GET", "/api/prompts/999999", undefined, "PromptNotFoundError", { prompt: "999999" }],
    ["PATCH", "/api/prompts/nobody", {}, "PromptNotFoundError", { prompt: "nobody" }],
    ["DELETE", "/api/prompts/nobody", undefined, "PromptNotFoundError", { prompt: "nobody" }],
    ["DELETE", "/api/api-keys/999999", undefined, "NotFoundError", { apiKeyId: 999_999 }],
    ["GET", "/api/prompts/imports", undefined, "PromptNotFoundError", { prompt: "imports" }],
  ];
  test.each(absent)("%s %s is 404", async (method, path, body, error, details) => {
    const reply: Reply = await app.call(method, path, body);
    expectError(reply, error as "JobNotFoundError", 404, details);
  });

  test("a job's message is the contract's", async () => {
    const { body } = await app.call("GET", "/api/jobs/status/123456");
    expect(body).toEqual({
      success: false,
      error: "JobNotFoundError",
      message: "Job 123456 not found",
      jobId: 123_456,
    });
  });
});
