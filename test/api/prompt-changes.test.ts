import { randomUUID } from "node:crypto";
import { sql } from "drizzle-orm";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { execute } from "@/db/client";
import { startApp, type TestApp } from "../app";
import { makeJob, makeModel, makePrompt, readJob } from "../factories";
import { type FakeProvider, startFakeProvider } from "../fake-provider";
import { ownDatabase } from "../own-database";
import { expectError, hushSweeps, QUIET, stored, tomorrow } from "./refusals";

const database = ownDatabase();
let provider: FakeProvider;
let app: TestApp;
let modelIds: number[];
let prompt: { id: number; slug: string };

beforeAll(async () => {
  await hushSweeps();
  provider = await startFakeProvider();
  app = await startApp(database.url, {
    ...QUIET,
    OPENAI_API_KEY: "sk-test",
    OPENAI_BASE_URL: provider.url,
  });
  const names = ["a", "b", "c"];
  const models = await Promise.all(names.map((name) => makeModel({ provider: "openai", name })));
  modelIds = models.map((model) => model.id).sort((a, b) => a - b);
});
afterAll(async () => {
  await app?.stop();
  await provider?.close();
});
beforeEach(async () => {
  provider.reset();
  const body = { slug: `slug-${randomUUID()}x`, question: "Who is the best?", modelIds };
  prompt = (await app.call("POST", "/api/prompts", body)).body.prompt;
});

const read = (ref: number | string) => app.call("GET", `/api/prompts/${ref}`);
const change = (body: object, ref: number | string = prompt.id) =>
  app.call("PATCH", `/api/prompts/${ref}`, body);
const remove = (ref: number | string = prompt.id) => app.call("DELETE", `/api/prompts/${ref}`);

describe("changing a prompt", () => {
  test.each<[string, object]>([
    ["slug", { slug: "another-slug" }],
    ["category", { category: "TV" }],
    ["tags", { tags: ["x", "y"] }],
    ["frequency", { frequency: "monthly" }],
    ["runs", { runs: 7 }],
    ["active", { active: false }],
    ["nothing", {}],
  ])("%s leaves the rest and the version", async (_, fields) => {
    const { nextRunAt: _next, ...old } = (await read(prompt.id)).body.prompt;
    const { status, body } = await change(fields);
    expect(status).toBe(200);
    expect(body).toEqual({ success: true, prompt: expect.objectContaining({ ...old, ...fields }) });
    expect((await read(prompt.id)).body).toEqual(body);
  });

  test("by its slug does the same, and the old slug is free", async () => {
    expect((await change({ slug: "moved" }, prompt.slug)).body.prompt.slug).toBe("moved");
    expectError(await read(prompt.slug), "PromptNotFoundError", 404, { prompt: prompt.slug });
    expect((await read("moved")).body.prompt.id).toBe(prompt.id);
    expect((await change({ slug: "moved" }, "moved")).status).toBe(200);
  });

  test("its question makes a new version, its question again does not", async () => {
    const version = async (question: string) => (await change({ question })).body.prompt.version;
    expect(await version("Who is the best?")).toBe(1);
    expect(await version("Who is the worst?")).toBe(2);
    expect(await version("Who is the worst?")).toBe(2);
    expect(await version("Who is the worst? ")).toBe(3);
    expect(await version("Who is the best?")).toBe(4);
  });

  test("its models replaces them all, and names them in order", async () => {
    const [a = 0, b = 0, c = 0] = modelIds;
    expect((await change({ modelIds: [c] })).body.prompt.modelIds).toEqual([c]);
    const { body } = await change({ modelIds: [c, a, b] });
    expect(body.prompt.modelIds).toEqual([a, b, c]);
    expect((await read(prompt.id)).body).toEqual(body);
    expect((await change({ modelIds: [b, a] })).body.prompt.modelIds).toEqual([a, b]);
  });

  test("to an unknown model changes nothing at all", async () => {
    const before = await stored();
    const reply = await change({ question: "Another?", modelIds: [modelIds[0], 999_999] });
    expectError(reply, "ModelNotFoundError", 404, { modelId: 999_999 });
    expect(await stored()).toBe(before);
  });

  test("to a slug in use changes nothing at all", async () => {
    await makePrompt(modelIds, { slug: `in-use-${prompt.id}` });
    const before = await stored();
    const taken = { slug: `in-use-${prompt.id}`, question: "Another?", modelIds: [modelIds[0]] };
    expectError(await change(taken), "ConflictError", 409);
    expectError(await change({ ...taken, modelIds: [999_999] }), "ModelNotFoundError", 404, {
      modelId: 999_999,
    });
    expect(await stored()).toBe(before);
  });

  test("by 20 callers at once counts every new question once", async () => {
    await Promise.all(Array.from({ length: 20 }, (_, n) => change({ question: `Question ${n}?` })));
    expect((await read(prompt.id)).body.prompt.version).toBe(21);
  });
});

test("a cron sets lastRunAt, and moves nextRunAt on to the next window", async () => {
  const day = (await read(prompt.id)).body.prompt.nextRunAt;
  await app.call("GET", "/api/cron");
  const { lastRunAt, nextRunAt } = (await read(prompt.id)).body.prompt;
  expect(Date.parse(nextRunAt) - Date.parse(day)).toBe(86_400_000);
  expect(lastRunAt.slice(0, 10)).toBe(day.slice(0, 10));
  const manual = (await change({ frequency: "manual" })).body.prompt;
  expect(manual).toMatchObject({ lastRunAt, nextRunAt: null });
  const off = (await change({ frequency: "daily", active: false })).body.prompt;
  expect(off).toMatchObject({ lastRunAt, nextRunAt: null });
});

describe("deleting a prompt", () => {
  test("makes it unknown from then on, to every call and by either name", async () => {
    expect(await remove()).toMatchObject({ status: 200, body: { success: true } });
    for (const ref of [prompt.id, prompt.slug]) {
      for (const reply of [await read(ref), await change({ runs: 2 }, ref), await remove(ref)]) {
        expectError(reply, "PromptNotFoundError", 404, { prompt: String(ref) });
      }
    }
    const listed = (await app.call("GET", "/api/prompts")).body.prompts;
    expect(listed.map(({ id }: { id: number }) => id)).not.toContain(prompt.id);
  });

  test("answers exactly with success, and once only to 20 callers at once", async () => {
    const replies = await Promise.all(Array.from({ length: 20 }, () => remove(prompt.slug)));
    const done = replies.filter((reply) => reply.status === 200);
    expect(done.map((reply) => reply.body)).toEqual([{ success: true }]);
    expect(replies.filter((reply) => reply.status === 404)).toHaveLength(19);
  });

  test("frees its slug for another prompt", async () => {
    await remove();
    const body = { slug: prompt.slug, question: "Again?", modelIds };
    const again = await app.call("POST", "/api/prompts", body);
    expect(again.status).toBe(201);
    expect(again.body.prompt.id).not.toBe(prompt.id);
    expect((await read(prompt.slug)).body).toEqual(again.body);
  });

  test("is never asked by a cron", async () => {
    await remove();
    await app.call("GET", "/api/cron");
    const jobs = await app.call("GET", `/api/jobs/status?promptId=${prompt.id}`);
    expect(jobs.body.summary.total).toBe(0);
  });

  test("cancels its queued jobs, which then never run, and keeps what is done", async () => {
    const job = { promptId: prompt.id, modelId: modelIds[0] ?? 0 };
    const asked = await makeJob(job);
    await app.call("POST", "/api/jobs/process", { jobId: asked.id });
    // Not due, so that no loop of an earlier test's cron comes before the deletion.
    const later = { ...job, scheduledFor: tomorrow() };
    const queued = await Promise.all([makeJob(later), makeJob(later), makeJob(later)]);
    provider.reset();
    await remove(prompt.slug);
    for (const { id: jobId } of queued) {
      const { body } = await app.call("POST", "/api/jobs/process", { jobId });
      const message = "Job already cancelled";
      expect(body).toEqual({ success: true, jobId, status: "cancelled", message });
      const shown = (await app.call("GET", `/api/jobs/status/${jobId}`)).body;
      expect(shown).toMatchObject({ job: { errorCode: "cancelled", progress: 1 }, attempts: [] });
    }
    expect(provider.requests).toEqual([]);
    expect(await readJob(asked.id)).toMatchObject({ status: "succeeded" });
    expect(await execute(sql`select from responses where job_id = ${asked.id}`)).toHaveLength(1);
    const { body } = await app.call("GET", `/api/jobs/status?promptId=${prompt.id}`);
    expect(body.summary).toMatchObject({ total: 4, succeeded: 1, cancelled: 3 });
    expect(body.jobs[0].prompt).toMatchObject({ id: prompt.id, slug: prompt.slug });
  });

  test("cancels a job that is being asked, and stores nothing of its answer", async () => {
    provider.reply({ kind: "answer", delayMs: 500 });
    const { id: jobId } = await makeJob({ promptId: prompt.id, modelId: modelIds[0] ?? 0 });
    const running = app.call("POST", "/api/jobs/process", { jobId });
    await expect.poll(() => provider.requests.length).toBe(1);
    await remove();
    const { status, body } = await running;
    expect(status).toBe(200);
    const message = expect.any(String);
    expect(body).toEqual({ success: true, jobId, status: "cancelled", message });
    expect(await execute(sql`select from responses where job_id = ${jobId}`)).toEqual([]);
    const { attempts } = (await app.call("GET", `/api/jobs/status/${jobId}`)).body;
    expect(attempts).toMatchObject([{ attempt: 1, outcome: "cancelled", mayHaveBeenPaid: true }]);
  });
});
