import { randomUUID } from "node:crypto";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { OPERATOR_SECRET, startApp, type TestApp } from "../app";
import { makeJob, makeModel, makePrompt, readJob } from "../factories";
import { type FakeProvider, startFakeProvider } from "../fake-provider";
import { ownDatabase } from "../own-database";
import { untilIdle } from "./job-rows";
import { expectError, expectInvalid, hushSweeps, QUIET, send } from "./refusals";

const database = ownDatabase();
let provider: FakeProvider;
let app: TestApp;
let slug: string;
let promptId: number;
let modelIds: number[];

beforeAll(async () => {
  await hushSweeps();
  provider = await startFakeProvider();
  app = await startApp(database.url, {
    ...QUIET,
    OPENAI_API_KEY: "sk-test",
    OPENAI_BASE_URL: provider.url,
    MAX_CONCURRENT_JOBS: "2",
  });
});
afterAll(async () => {
  await app?.stop();
  await provider?.close();
});
afterEach(untilIdle);
beforeEach(async () => {
  provider.reset();
  slug = `p-${randomUUID()}x`;
  const models = await Promise.all([1, 2].map(() => makeModel({ provider: "openai" })));
  modelIds = models.map((model) => model.id).sort((a, b) => a - b);
  promptId = (await makePrompt(modelIds, { slug, runs: 2, frequency: "manual" })).id;
});

const run = (body?: object, ref: number | string = slug) =>
  app.call("POST", `/api/prompts/${ref}/runs`, body);
const idsOf = (body: { jobs: { jobId: number }[] }) => body.jobs.map((job) => job.jobId);

async function untilSucceeded(ids: readonly number[]): Promise<void> {
  await vi.waitFor(
    async () => {
      for (const id of ids) expect((await readJob(id)).status).toBe("succeeded");
    },
    { timeout: 15_000, interval: 50 },
  );
}

describe("POST /api/prompts/{ref}/runs", () => {
  test("makes a set, sends it out, and a second call joins it", async () => {
    provider.reply(() => ({ kind: "answer", delayMs: 300 }));
    const { status, body } = await run();
    expect(status).toBe(202);
    expect(body).toEqual({
      success: true,
      batchKey: expect.stringMatching(/^run-[0-9a-f-]{36}$/),
      created: 4,
      joined: 0,
      message: `Enqueued 4 jobs for ${slug}`,
      jobs: modelIds.flatMap((modelId) =>
        [0, 1].map((runIndex) => ({
          jobId: expect.any(Number),
          modelId,
          runIndex,
          status: "queued",
        })),
      ),
    });
    const joined = await run({}, promptId);
    expect(joined.status).toBe(202);
    expect(joined.body).toMatchObject({
      success: true,
      batchKey: body.batchKey,
      created: 0,
      joined: 4,
      message: `Joined 4 jobs for ${slug} that are in flight`,
    });
    expect(idsOf(joined.body)).toEqual(idsOf(body));
    await untilSucceeded(idsOf(body));
    expect(provider.requests).toHaveLength(4);
    const status4 = await app.call("GET", `/api/jobs/status?batchKey=${body.batchKey}`);
    expect(status4.body.summary).toMatchObject({ total: 4, succeeded: 4 });
  });

  test("sends out what it joins, though whoever enqueued it is gone", async () => {
    const [modelId = 0] = modelIds;
    const { id } = await makePrompt([modelId], { frequency: "manual" });
    const job = await makeJob({ promptId: id, modelId });
    expect((await run({}, id)).body).toMatchObject({ created: 0, joined: 1 });
    await untilSucceeded([job.id]);
  });

  test("takes models, runs and force", async () => {
    const [one = 0] = modelIds;
    const small = await run({ modelIds: [one], runs: 1 });
    expect(small.body).toMatchObject({ created: 1, jobs: [{ modelId: one, runIndex: 0 }] });
    const forced = await run({ modelIds: [one], runs: 1, force: true });
    expect(forced.body).toMatchObject({ created: 1, joined: 0 });
    expect((await run({ force: false })).body).toMatchObject({ created: 4 });
  });

  test.each<[string, object, string]>([
    ["an unknown field", { model: 1 }, "model"],
    ["a force that is a text", { force: "true" }, "force"],
    ["no models", { modelIds: [] }, "modelIds"],
    ["a model twice", { modelIds: [1, 1] }, "modelIds"],
    ["no runs", { runs: 0 }, "runs"],
    ["too many runs", { runs: 51 }, "runs"],
    ["null for runs", { runs: null }, "runs"],
  ])("refuses %s", async (_, body, path) => {
    expectInvalid(await run(body), path);
  });

  test("refuses what isn't there or is off, and takes JSON or no body", async () => {
    expectError(await run({}, "nobody"), "PromptNotFoundError", 404, { prompt: "nobody" });
    const unknown = { modelIds: [999_999] };
    expectError(await run(unknown), "ModelNotFoundError", 404, { modelId: 999_999 });
    await app.call("PATCH", `/api/models/${modelIds[0]}`, { active: false });
    expectError(await run({ modelIds }), "ConflictError", 409);
    expect((await run()).body.created).toBe(2);
    await app.call("PATCH", `/api/prompts/${slug}`, { active: false });
    expectError(await run(), "ConflictError", 409);
    const path = `/api/prompts/${slug}/runs`;
    expectInvalid(await send(app, OPERATOR_SECRET, "POST", path, "force=true", "text/plain"), "");
    expectError(await app.raw(path, { method: "POST" }), "UnauthorizedError", 401);
  });

  test("goes before a scheduled batch", async () => {
    provider.reply(() => ({ kind: "answer", delayMs: 40 }));
    const scheduled = await makeModel({ provider: "openai" });
    await makePrompt([scheduled.id], { runs: 30 });
    await app.call("GET", "/api/cron");
    await run();
    const asked = provider.requests.length;
    expect(asked).toBeLessThan(20);
    await vi.waitFor(() => expect(provider.requests).toHaveLength(34), 15_000);
    // No more than two jobs for each of the two places can have been on their way already.
    const next = provider.requests.slice(asked, asked + 8).map((request) => request.model);
    expect(next.filter((model) => model !== scheduled.name)).toHaveLength(4);
  });
});

describe("the header Idempotency-Key", () => {
  const keyed = (key: string, body: object) =>
    app.raw(`/api/prompts/${slug}/runs`, {
      method: "POST",
      headers: {
        authorization: `Bearer ${OPERATOR_SECRET}`,
        "content-type": "application/json",
        "idempotency-key": key,
      },
      body: JSON.stringify(body),
    });

  test("gives a repeated call its first answer, to the letter", async () => {
    const first = await keyed("order-17", { force: true, modelIds });
    await untilSucceeded(idsOf(first.body));
    const again = await keyed("order-17", { modelIds: modelIds.toReversed(), force: true });
    expect(again.status).toBe(202);
    expect(again.body).toEqual(first.body);
    expect(provider.requests).toHaveLength(4);
    expectError(await keyed("order-17", { force: true }), "ConflictError", 409);
    expect((await keyed("order-18", { force: true })).body.created).toBe(4);
  });

  test.each([
    ["empty", ""],
    ["with a space", "a b"],
    ["too long", "x".repeat(256)],
    ["beyond ASCII", "ä"],
  ])("is refused where it is %s", async (_, key) => {
    expectInvalid(await keyed(key, {}), "idempotency-key");
  });
});
