import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { OPERATOR_SECRET as SECRET, startApp, type TestApp } from "../app";
import { makeModel, makePrompt } from "../factories";
import { ownDatabase } from "../own-database";
import { expectError, head, hushSweeps, QUIET, stored } from "./refusals";

const PREVIOUS = "the-secret-before-this-one";

const database = ownDatabase();
let app: TestApp;
let before: string;

beforeAll(async () => {
  await hushSweeps();
  app = await startApp(database.url, { ...QUIET, CRON_SECRET_PREVIOUS: PREVIOUS });
  const model = await makeModel();
  await makePrompt([model.id], { slug: "untouched" });
  before = await stored();
});
afterAll(async () => {
  expect(await stored()).toBe(before);
  await app?.stop();
});

const as = (authorization: string) => app.raw("/api/models", { headers: { authorization } });

describe("the operator is let in", () => {
  test.each([
    ["the secret", SECRET],
    ["the secret as a bearer token", `Bearer ${SECRET}`],
    ["a scheme in lower case", `bearer ${SECRET}`],
    ["a scheme in upper case", `BEARER ${SECRET}`],
    ["more spaces than one", `Bearer   ${SECRET}`],
    ["spaces around it, which HTTP drops", `  ${SECRET}  `],
    ["the secret of before", PREVIOUS],
    ["the secret of before as a bearer token", `Bearer ${PREVIOUS}`],
  ])("with %s", async (_, authorization) => {
    expect(await as(authorization)).toMatchObject({ status: 200, body: { success: true } });
  });
});

describe("nobody else is let in", () => {
  test.each([
    ["an empty header", ""],
    ["a scheme alone", "Bearer"],
    ["a scheme and a space", "Bearer "],
    ["undefined", "undefined"],
    ["Bearer undefined", "Bearer undefined"],
    ["null", "Bearer null"],
    ["the word from the message", "Bearer <CRON_SECRET>"],
    ["the secret in another case", SECRET.replace(/[a-f]/g, (c) => c.toUpperCase())],
    ["all but the last letter", SECRET.slice(0, -1)],
    ["a letter more", `${SECRET}0`],
    ["half of it", SECRET.slice(0, 16)],
    ["the secret twice", `${SECRET}${SECRET}`],
    ["a list of it", `${SECRET}, ${SECRET}`],
    ["two schemes", `Bearer Bearer ${SECRET}`],
    ["no space behind the scheme", `Bearer${SECRET}`],
    ["Basic", `Basic ${SECRET}`],
    ["Basic, encoded", `Basic ${Buffer.from(`operator:${SECRET}`).toString("base64")}`],
    ["quotes", `Bearer "${SECRET}"`],
    ["both secrets", `${SECRET}${PREVIOUS}`],
    ["a letter beyond ASCII", `Bearer ${SECRET}\u00e9`],
    ["an API key that there isn't", "Bearer cvs_0123456789abcdef0123456789abcdef"],
    ["15,000 characters", "x".repeat(15_000)],
  ])("with %s", async (_, authorization) => {
    const reply = await as(authorization);
    expectError(reply, "UnauthorizedError", 401);
    expect(reply.text).not.toContain(SECRET);
  });

  test("with no header, with the secret elsewhere, or in a cookie", async () => {
    for (const init of [
      {},
      { headers: { "x-cron-secret": SECRET, "x-authorization": `Bearer ${SECRET}` } },
      { headers: { cookie: `CRON_SECRET=${SECRET}; authorization=${SECRET}` } },
    ]) {
      expectError(await app.raw("/api/models", init), "UnauthorizedError", 401);
    }
    const url = `/api/models?secret=${SECRET}&authorization=${SECRET}`;
    expectError(await app.raw(url), "UnauthorizedError", 401);
  });

  test.each([
    ["GET", "/api/cron"],
    ["POST", "/api/jobs/process"],
    ["GET", "/api/jobs/status"],
    ["GET", "/api/jobs/status/1"],
    ["GET", "/api/jobs/status/1/poll"],
    ["GET", "/api/jobs/status/1/stream"],
    ["POST", "/api/jobs/cancel"],
    ["POST", "/api/jobs/cancel/1"],
    ["POST", "/api/jobs/restart"],
    ["POST", "/api/jobs/restart/1"],
    ["GET", "/api/jobs/queue/stats"],
    ["POST", "/api/jobs/queue/pause"],
    ["POST", "/api/jobs/queue/resume"],
    ["GET", "/api/jobs/batches"],
    ["GET", "/api/jobs/batches/2025-10-14"],
    ["GET", "/api/jobs/batches/2025-10-14/stream"],
    ["POST", "/api/prompts/untouched/runs"],
    ["GET", "/api/prompts/untouched/answer"],
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
    ["GET", "/api/api-keys"],
    ["POST", "/api/api-keys"],
    ["DELETE", "/api/api-keys/1"],
    ["GET", "/api/auth/list-sessions"],
    ["POST", "/api/auth/revoke-session"],
    ["POST", "/api/auth/revoke-sessions"],
    ["POST", "/api/auth/revoke-other-sessions"],
    ["POST", "/api/auth/change-password"],
  ])("to %s %s", async (method, path) => {
    const headers = { authorization: "Bearer undefined", "user-agent": "vercel-cron/1.0" };
    expectError(await app.raw(path, { method, headers }), "UnauthorizedError", 401);
    expectError(await app.raw(path, { method }), "UnauthorizedError", 401);
  });

  test("but everybody may ask for the health, with any header", async () => {
    const headers = { authorization: "Bearer undefined" };
    expect(await app.raw("/api/health", { headers })).toMatchObject({
      status: 200,
      body: { success: true, database: "ok" },
    });
    expect((await head(app, "/api/health")).status).toBe(200);
  });
});
