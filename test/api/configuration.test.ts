import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { GET as readHealth } from "@/app/api/health/route";
import { GET as readModels } from "@/app/api/models/route";
import { closeDatabase } from "@/db/client";
import { OPERATOR_SECRET, startApp, type TestApp } from "../app";
import { makeJob, makeModel, makePrompt } from "../factories";
import { ownDatabase } from "../own-database";
import { expectError, head, hushSweeps, QUIET, send, stored, tomorrow } from "./refusals";

const database = ownDatabase();
let before: string;

beforeAll(async () => {
  await hushSweeps();
  const model = await makeModel();
  const prompt = await makePrompt([model.id], { slug: "untouched" });
  await makeJob({ promptId: prompt.id, modelId: model.id, scheduledFor: tomorrow() });
  before = await stored();
});
afterAll(async () => expect(await stored()).toBe(before));

const PROTECTED = [
  ["GET", "/api/cron"],
  ["POST", "/api/jobs/process"],
  ["GET", "/api/jobs/status"],
  ["GET", "/api/jobs/status/1"],
  ["GET", "/api/prompts"],
  ["POST", "/api/prompts"],
  ["POST", "/api/prompts/import"],
  ["GET", "/api/prompts/export"],
  ["GET", "/api/prompts/untouched"],
  ["PATCH", "/api/prompts/untouched"],
  ["DELETE", "/api/prompts/untouched"],
  ["GET", "/api/models"],
  ["POST", "/api/models"],
  ["GET", "/api/models/1"],
  ["PATCH", "/api/models/1"],
  ["POST", "/api/setup"],
  ["POST", "/api/invitations"],
  ["POST", "/api/invitations/accept"],
  ["GET", "/api/api-keys"],
  ["POST", "/api/auth/sign-in/email"],
  ["GET", "/api/auth/get-session"],
] as const;

const SHORT = "fifteen-letters";

/** Faults of the environment: what the one sentence must name, and what it must not repeat. */
const FAULTS: { title: string; env: Record<string, string>; names: string[]; hides: string[] }[] = [
  { title: "no secret", env: { CRON_SECRET: "" }, names: ["CRON_SECRET"], hides: [] },
  {
    title: "a secret of 15 characters",
    env: { CRON_SECRET: SHORT },
    names: ["CRON_SECRET", "16"],
    hides: [SHORT],
  },
  {
    title: "a previous secret that is too short",
    env: { CRON_SECRET_PREVIOUS: SHORT },
    names: ["CRON_SECRET_PREVIOUS"],
    hides: [SHORT],
  },
  {
    title: "a limit that is no number",
    env: { MAX_CONCURRENT_JOBS: "abc" },
    names: ["MAX_CONCURRENT_JOBS"],
    hides: ["abc"],
  },
  {
    title: "several faults at once",
    env: {
      MAX_CONCURRENT_JOBS_PER_USER: "0",
      JOB_MAX_ATTEMPTS: "2.5",
      RETRY_CAP_MS: "-7654321",
      OPENAI_BASE_URL: "ftp://user:hidden@example.com",
    },
    names: ["MAX_CONCURRENT_JOBS_PER_USER", "JOB_MAX_ATTEMPTS", "RETRY_CAP_MS", "OPENAI_BASE_URL"],
    hides: ["7654321", "hidden"],
  },
  {
    title: "a lease shorter than a model call",
    env: { JOB_LEASE_SECONDS: "60", MODEL_TIMEOUT_SECONDS: "60" },
    names: ["JOB_LEASE_SECONDS", "MODEL_TIMEOUT_SECONDS"],
    hides: [],
  },
];

describe.each(FAULTS)("with $title in the environment", ({ env, names, hides }) => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startApp(database.url, { ...QUIET, ...env });
  });
  afterAll(() => app?.stop());

  test.each(PROTECTED)("%s %s answers 503 and says which variable", async (method, path) => {
    const offered = [OPERATOR_SECRET, SHORT, "undefined", "Bearer undefined", "Bearer ", ""];
    for (const authorization of offered) {
      const reply = await app.raw(path, { method, headers: { authorization } });
      expectError(reply, "ConfigurationError", 503);
      for (const name of names) expect(reply.body.message).toContain(name);
      for (const value of hides) expect(reply.text).not.toContain(value);
    }
    expectError(await app.raw(path, { method }), "ConfigurationError", 503);
  });

  test("an unknown address and a wrong method come first, size and content later", async () => {
    expectError(await app.raw("/api/nope"), "NotFoundError", 404);
    expect((await app.raw("/api/cron", { method: "POST" })).status).toBe(405);
    expect((await head(app, "/api/cron", OPERATOR_SECRET)).status).toBe(405);
    for (const body of ["{", new Uint8Array(100_000)]) {
      const reply = await send(app, OPERATOR_SECRET, "POST", "/api/jobs/process", body, null);
      expectError(reply, "ConfigurationError", 503);
    }
    const reply = await app.raw("/api/models/0?x=1");
    expectError(reply, "ConfigurationError", 503);
  });

  test("the health, which is public, is still told", async () => {
    expect((await app.raw("/api/health")).body).toEqual({ success: true, database: "ok" });
  });
});

describe.each([
  ["unset", ""],
  ["of another kind", "mysql://user:hidden@localhost/db"],
  ["no address", "localhost:5432"],
])("with a DATABASE_URL that is %s", (_, url) => {
  // Such a server ends at its start, but not on Vercel: there the routes must say it.
  beforeAll(async () => {
    await closeDatabase();
    vi.stubEnv("DATABASE_URL", url);
    vi.stubEnv("CRON_SECRET", OPERATOR_SECRET);
  });
  afterAll(async () => {
    vi.unstubAllEnvs();
    await closeDatabase();
  });

  test.each([
    ["a protected route", readModels],
    ["the health", readHealth],
  ])("%s answers 503 and names it", async (_, route) => {
    const request = new Request("http://localhost/", {
      headers: { authorization: OPERATOR_SECRET },
    });
    const response = await route(request, { params: Promise.resolve({}) });
    const text = await response.text();
    const { status, headers } = response;
    expectError({ status, headers, text, body: JSON.parse(text) }, "ConfigurationError", 503);
    expect(text).toContain("DATABASE_URL");
    expect(text).not.toContain("hidden");
  });
});
