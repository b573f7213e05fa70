import { sql } from "drizzle-orm";
import { beforeEach, describe, expect, test } from "vitest";
import { execute } from "@/db/client";
import { listChanges, listHandRuns, listQuestionVersions } from "@/db/history-queries";
import type { ResponseFilter } from "@/db/response-queries";
import { listMostNamed } from "@/db/trend-queries";
import { readResponses } from "@/lib/answers/responses";
import { readTrend, readTrendAndDays } from "@/lib/answers/trend";
import { makeJob, makeModel, makePrompt } from "../factories";
import { ownDatabase } from "../own-database";
import { entityIds, ignoreName, mergeName, type StoredAnswer, storeAnswers } from "./history";

ownDatabase();

let promptId: number;
let modelId: number;

beforeEach(async () => {
  await execute(sql`truncate entities cascade`);
  modelId = (await makeModel({ provider: "openai" })).id;
  promptId = (await makePrompt([modelId])).id;
});

const answer = (names: string[], given: Partial<StoredAnswer> = {}): StoredAnswer => ({
  ...{ promptId, modelId, at: "2026-03-10T12:00:00Z", names, answer: names.join() || "none" },
  ...given,
});

const found = async (only: ResponseFilter, limit = 100) => {
  const options = { days: { from: null, to: null }, modelId: null, only };
  const page = { limit, before: null };
  const { responses } = await readResponses(promptId, { ...options, page }, { kind: "operator" });
  return responses.map((response) => response.answer).sort();
};

describe("answers", () => {
  test("that name something are found under each name that counts as it", async () => {
    await storeAnswers([
      answer(["GoT"]),
      answer(["Thrones", "Dark"]),
      answer(["Dark"]),
      answer([]),
    ]);
    await mergeName("GoT", "Thrones");
    const [thrones = 0, dark = 0] = await entityIds("Thrones", "Dark");
    expect(await found({ entityId: thrones })).toEqual(["GoT", "Thrones,Dark"]);
    expect(await found({ entityId: dark })).toEqual(["Dark", "Thrones,Dark"]);
    expect(await found({ entityId: dark + 1_000 })).toEqual([]);
  });

  test("are told apart by whether they name anything", async () => {
    await storeAnswers([answer(["Dark"]), answer([])]);
    expect(await found({ outcome: "named" })).toEqual(["Dark"]);
    expect(await found({ outcome: "none" })).toEqual(["none"]);
    expect(await found({})).toEqual(["Dark", "none"]);
  });

  test("whose runs differ are those of a model and batch that don't all name the same first", async () => {
    const other = (await makeModel({ provider: "openai" })).id;
    await storeAnswers([
      answer(["A", "B"], { batchKey: "same", run: 0 }),
      answer(["A", "C"], { batchKey: "same", run: 1 }),
      answer(["A", "1"], { batchKey: "differs", run: 0 }),
      answer(["B", "2"], { batchKey: "differs", run: 1 }),
      answer(["C", "3"], { batchKey: "silent", run: 0 }),
      answer([], { batchKey: "silent", run: 1 }),
      // Another model of a batch is another set.
      answer(["B", "4"], { batchKey: "same", modelId: other, run: 0 }),
    ]);
    expect(await found({ runsDiffer: true })).toEqual(["A,1", "B,2", "C,3", "none"]);
    expect(await found({ runsDiffer: true, outcome: "none" })).toEqual(["none"]);
  });

  test("differ by what their names count as, not by how they are written", async () => {
    await storeAnswers([
      answer(["Show", "GoT"], { batchKey: "b", run: 0 }),
      answer(["Thrones"], { batchKey: "b", run: 1 }),
    ]);
    expect(await found({ runsDiffer: true })).toHaveLength(2);
    await mergeName("GoT", "Thrones");
    await ignoreName("Show");
    expect(await found({ runsDiffer: true })).toEqual([]);
  });
});

describe("a question's whole life", () => {
  test("ranks its names by their answers, each once, whatever counts as them", async () => {
    await storeAnswers([
      ...[answer(["Dark"]), answer(["Dark"]), answer(["Lost"]), answer(["Lost"])],
      ...[answer(["GoT", "Thrones"]), answer(["Show"]), answer(["Show"]), answer(["Show"])],
      answer(["GoT"]),
    ]);
    await mergeName("GoT", "Thrones");
    await ignoreName("Show");
    const names = await listMostNamed(promptId, 2);
    expect(names.map(({ name }) => name)).toEqual(["Dark", "Lost"]);
    expect((await listMostNamed(promptId, 9)).map(({ name }) => name)).toEqual([
      ...["Dark", "Lost", "Thrones"],
    ]);
  });

  test("tells what changed, since when, and how it was before", async () => {
    await storeAnswers([
      answer(["Dark"], { at: "2026-03-01T12:00:00Z" }),
      answer(["Dark"], { at: "2026-03-05T12:00:00Z", returnedModel: "gpt-5-2026" }),
      answer(["Dark"], {
        at: "2026-03-06T12:00:00Z",
        returnedModel: "gpt-5-2026",
        promptVersion: 2,
      }),
    ]);
    const changes = await listChanges(promptId);
    expect(changes.map(({ date, reason }) => [date, reason])).toEqual([
      ["2026-03-06", "question"],
      ["2026-03-05", "returned_model"],
    ]);
    expect(changes[1]).toMatchObject({
      ...{
        modelId,
        before: { returnedModel: "gpt-5-2025" },
        after: { returnedModel: "gpt-5-2026" },
      },
    });
    expect(await listQuestionVersions(promptId)).toMatchObject([
      { version: 2, answers: 1, from: new Date("2026-03-06T12:00:00Z") },
      { version: 1, answers: 2, to: new Date("2026-03-05T12:00:00Z") },
    ]);
  });

  test("has its runs by hand, newest first, and none of the cron's", async () => {
    await makeJob({ promptId, modelId, batchKey: "run-1", status: "queued" });
    const failed = { status: "failed", errorCode: "refused", finishedAt: new Date() } as const;
    await makeJob({ promptId, modelId, batchKey: "run-1", runIndex: 1, ...failed });
    await makeJob({ promptId, modelId, batchKey: "2026-03-01", status: "queued" });
    const [run, ...others] = await listHandRuns(promptId, 10);
    expect(others).toEqual([]);
    expect(run).toMatchObject({
      ...{ batchKey: "run-1", modelIds: [modelId] },
      jobs: { queued: 1, failed: 1, succeeded: 0 },
    });
  });
});

test("a trend with its days has the figures of the two trends, read once", async () => {
  const at = (day: number) => ({ at: `2026-03-0${day}T12:00:00Z` });
  await storeAnswers([answer(["A"], at(1)), answer(["B"], at(3)), answer(["A"], at(5))]);
  const options = { range: { from: "2026-03-01", to: "2026-03-08" }, modelId: null };
  const caller = { kind: "operator" } as const;
  const both = await readTrendAndDays(promptId, { ...options, window: 7 }, caller);
  expect(both.trend).toEqual(await readTrend(promptId, { ...options, window: 7 }, caller));
  expect(both.days).toEqual((await readTrend(promptId, { ...options, window: 1 }, caller)).series);
});
