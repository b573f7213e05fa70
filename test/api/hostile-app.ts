import { randomUUID } from "node:crypto";
import { sql } from "drizzle-orm";
import { afterAll, beforeAll, expect } from "vitest";
import { execute } from "@/db/client";
import { OPERATOR_SECRET, type TestApp } from "../app";
import { makeJob, makeModel, makePrompt } from "../factories";
import {
  completion,
  type FakeProvider,
  type ScriptedReply,
  startFakeProvider,
} from "../fake-provider";
import { startAppUnderFault } from "../faults/app-under-fault";
import { ownDatabase } from "../own-database";
import { hasRedisServer, RedisServer } from "../redis-server";
import { readEvents } from "./events";
import { httpReply, textsIn } from "./hostile-texts";
import { hushSweeps } from "./refusals";

export const RETRY_CAP_MS = 60_000;

/** What no text of a reply, a row or a key may hold: controls but tabs and line ends. */
export const CONTROL = /[^\P{Cc}\t\n]/u;

/** A job, and where it is shown. */
type Asked = { jobId: number; promptId: number; batchKey: string };
type Result = { jobId: number; status: string; errorCode?: string; retryAt?: string };

/** The app for a test file, with a provider that says what it is told to, and a Redis if there is one. */
export function appWithHostileProvider() {
  const database = ownDatabase();
  const scripts = new Map<string, ScriptedReply>();
  let provider: FakeProvider;
  let redis: RedisServer | undefined;
  let app: TestApp;
  beforeAll(async () => {
    await hushSweeps();
    provider = await startFakeProvider();
    provider.reply(({ model }) => scripts.get(model));
    if (hasRedisServer) redis = await RedisServer.start();
    app = await startAppUnderFault(database.url, provider, {
      JOB_MAX_ATTEMPTS: "1",
      JOB_LEASE_SECONDS: "60",
      MODEL_TIMEOUT_SECONDS: "20",
      RETRY_CAP_MS: String(RETRY_CAP_MS),
      ...(redis ? { REDIS_URL: redis.url } : {}),
    });
  });
  afterAll(async () => {
    await app?.stop();
    await provider?.close();
    await redis?.kill();
  });

  /** What an address answers, its bytes looked at before anything is decoded. */
  async function look(path: string, type: RegExp): Promise<string> {
    const response = await fetch(app.url + path, { headers: { authorization: OPERATOR_SECRET } });
    expect({ path, status: response.status }).toEqual({ path, status: 200 });
    expect(response.headers.get("content-type")).toMatch(type);
    const bytes = await response.arrayBuffer();
    const text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    expect(text).not.toMatch(CONTROL);
    return text;
  }

  return {
    get app() {
      return app;
    },
    get provider() {
      return provider;
    },
    get redisUrl() {
      return redis?.url ?? "";
    },
    /** A job of a prompt and a model of its own, which will answer this. */
    async toAnswer(script: ScriptedReply): Promise<Asked> {
      const { id: modelId, name } = await makeModel({ provider: "openai" });
      scripts.set(name, script);
      const { id: promptId } = await makePrompt([modelId], { frequency: "manual" });
      const batchKey = `run-${randomUUID()}`;
      const job = await makeJob({ promptId, modelId, batchKey, maxAttempts: 1 });
      return { jobId: job.id, promptId, batchKey };
    },
    /** Runs them side by side, and gives what each call answered. */
    async run(asked: readonly Asked[]): Promise<Result[]> {
      const jobIds = asked.map(({ jobId }) => jobId);
      const { status, body } = await app.call("POST", "/api/jobs/process", { jobIds });
      expect(status).toBe(200);
      return body.results;
    },
    look,
    async lookAtJson(path: string) {
      const body = JSON.parse(await look(path, /^application\/json\b/));
      expectHarmless(body);
      return body;
    },
    /** The events of a stream that ends, each of whose lines is one of a stream's. */
    async lookAtEvents(path: string) {
      const text = await look(path, /^text\/event-stream\b/);
      for (const line of text.split("\n")) expect(line).toMatch(/^$|^(retry|id|event|data): /);
      const events = [];
      for await (const event of readEvents(new Blob([text]).stream())) events.push(event);
      expectHarmless(events);
      return events;
    },
  };
}

export function saying(body: object, status = 200): ScriptedReply {
  return { kind: "bytes", bytes: httpReply(status, {}, JSON.stringify(body)) };
}

export function answering(answer: string, entities: string[], further: object = {}): ScriptedReply {
  return saying(completion(JSON.stringify({ answer, entities }), further));
}

export function expectHarmless(value: unknown): void {
  const bad = textsIn(value).filter((text) => CONTROL.test(text) || !text.isWellFormed());
  expect(bad).toEqual([]);
}

/** All rows of a table, looked at whole. */
export async function rowsOf(table: string): Promise<Record<string, unknown>[]> {
  const rows = await execute<{ row: Record<string, unknown> }>(
    sql`select to_jsonb(t) as row from ${sql.raw(table)} t`,
  );
  const all = rows.map(({ row }) => row);
  expectHarmless(all);
  return all;
}
