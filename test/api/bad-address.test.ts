import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startApp, type TestApp } from "../app";
import { makeJob, makeModel, makePrompt } from "../factories";
import { type FakeProvider, startFakeProvider } from "../fake-provider";
import { ownDatabase } from "../own-database";
import { expectError, expectInvalid, hushSweeps, QUIET, stored, title, tomorrow } from "./refusals";

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
  const model = await makeModel({ provider: "openai", name: "gpt-untouched" });
  const prompt = await makePrompt([model.id]);
  const job = await makeJob({ promptId: prompt.id, modelId: model.id, scheduledFor: tomorrow() });
  // So that a text, a fraction or a list read as the number 1 would find something to run.
  expect([model.id, prompt.id, job.id]).toEqual([1, 1, 1]);
  before = await stored();
});
afterAll(async () => {
  expect(await stored()).toBe(before);
  expect(provider.requests).toEqual([]);
  await app?.stop();
  await provider?.close();
});

describe("an id in a path", () => {
  const ids = ["0", "-1", "+1", "1.5", "1.0", "9007199254740992", "9".repeat(300), "%00", "1%00"];
  const words = ["1e0", "0x1", "abc", "1%20", "%201", "1,2", "%F0%9F%98%80", "%D9%A1", "null"];
  test.each([...ids, ...words].map((id) => [title(id), id]))("of %s is refused", async (_, id) => {
    expectInvalid(await app.call("GET", `/api/jobs/status/${id}`), "jobId");
    expectInvalid(await app.call("GET", `/api/models/${id}`), "modelId");
    expectInvalid(await app.call("PATCH", `/api/models/${id}`, {}), "modelId");
  });

  test.each([...ids, "a".repeat(201), "%20"].map((ref) => [title(ref), ref]))(
    "of %s is no slug of a prompt either",
    async (_, ref) => {
      expectInvalid(await app.call("GET", `/api/prompts/${ref}`), "ref");
      expectInvalid(await app.call("PATCH", `/api/prompts/${ref}`, {}), "ref");
      expectInvalid(await app.call("DELETE", `/api/prompts/${ref}`), "ref");
    },
  );

  test.each(["A", "a_b", "a%2Fb", "..%2F..%2Fcron", "%F0%9F%98%80", "'%20or%20''%3D'", "1e3"])(
    "that no prompt can have, %s, finds none",
    async (ref) => {
      const prompt = decodeURIComponent(ref);
      expectError(await app.call("GET", `/api/prompts/${ref}`), "PromptNotFoundError", 404, {
        prompt,
      });
    },
  );

  test.each(["%zz", "%", "%E0%A4%A", "%ED%A0%80", "%C0%80"])(
    "with the broken encoding %s is the caller's fault",
    async (text) => {
      const paths = [`/api/jobs/status/${text}`, `/api/prompts/${text}`, `/api/${text}`];
      for (const path of paths) {
        const { status } = await app.call("GET", path);
        expect([400, 404]).toContain(status);
      }
    },
  );
});

describe("a query", () => {
  test.each(
    Object.entries({
      "/api/cron?force=true": "force",
      "/api/cron?=": "",
      "/api/health?x": "x",
      "/api/models?limit=1": "limit",
      "/api/models/1?%00=1": "\0",
      "/api/prompts?page=2": "page",
      "/api/prompts/1?constructor=1": "constructor",
      "/api/jobs/status?ownerId=x": "ownerId",
      "/api/jobs/status/1?timeout=61": "timeout",
    }),
  )("with an unknown parameter, %s, is refused", async (path, name) => {
    expectInvalid(await app.call("GET", path), name);
  });

  test.each([
    "/api/jobs/status?status=queued&status=queued",
    "/api/jobs/status?limit=1&status=queued&limit=1",
    "/api/prompts?limit=1&%6cimit=2",
    "/api/cron?x=1&x=2",
  ])("with a parameter twice, %s, is refused", async (path) => {
    const reply = await app.call("GET", path);
    expectInvalid(reply);
    expect(reply.body.message).toMatch(/given more than once$/);
  });

  const numbers = ["", "0", "-1", "%2B1", "1.5", "1e1", "x", "%00", "1%00", "0x10", "9".repeat(40)];
  const values: Record<string, string[]> = {
    limit: [...numbers, "101", "all", "true"],
    cursor: [...numbers, "9007199254740992"],
    jobId: [...numbers, "9007199254740992", "1,2"],
    after: [...numbers, "9007199254740992"],
    promptId: [...numbers, "slug"],
    modelId: numbers,
    status: ["", "QUEUED", "queued%00", "done", "queued,failed", "%ff"],
    errorCode: ["", "LOST", "nonsense", "lost%00"],
    batchKey: ["", "%00", "a%00b", "a".repeat(201)],
  };
  const cases = Object.entries(values).flatMap(([name, bad]) =>
    bad.map((v) => [name, title(v), v] as const),
  );
  test.each(cases)("with %s=%s is refused, not clamped", async (name, _, value) => {
    expectInvalid(await app.call("GET", `/api/jobs/status?${name}=${value}`), name);
    if (name === "limit" || name === "cursor") {
      expectInvalid(await app.call("GET", `/api/prompts?${name}=${value}`), name);
    }
  });

  test.each(["", "1,", "1,x", "0", "1,2,", "1;2", Array(101).fill("7").join(",")])(
    "with jobIds=%s is refused",
    async (value) => {
      expectInvalid(await app.call("GET", `/api/jobs/status?jobIds=${value}`));
    },
  );

  test("names every fault that it has", async () => {
    const reply = await app.call("GET", "/api/jobs/status?limit=0&status=x&nope=1");
    expect(reply.status).toBe(400);
    const paths = reply.body.issues.map((issue: { path: string }) => issue.path);
    expect(paths.sort()).toEqual(["limit", "nope", "status"]);
  });

  test("of 15,000 characters or 500 parameters is refused in order", async () => {
    expectInvalid(await app.call("GET", `/api/jobs/status?batchKey=${"a".repeat(15_000)}`));
    const many = Array.from({ length: 500 }, (_, n) => `p${n}=1`).join("&");
    expectInvalid(await app.call("GET", `/api/jobs/status?${many}`));
  });
});
