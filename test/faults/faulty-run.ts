import { randomBytes } from "node:crypto";
import { sql } from "drizzle-orm";
import { Redis } from "ioredis";
import postgres from "postgres";
import { afterAll, beforeAll, expect } from "vitest";
import { execute } from "@/db/client";
import type { TestApp } from "../app";
import { makeJob, makeModel, makePrompt, readJob } from "../factories";
import { type FakeProvider, startFakeProvider } from "../fake-provider";
import { hasRedisServer, RedisServer } from "../redis-server";
import { keepTrafficFromSweeping, startAppUnderFault, until } from "./app-under-fault";
import { ACCOUNT_ECHOES, ECHOES } from "./echoing-provider";
import { type OwnPostgres, startOwnPostgres } from "./own-postgres";

/** Random, so that its beginning is as telling as the whole, and unlike itself in every encoding. */
const secret = () => `${randomBytes(6).toString("hex")}+/=~?${randomBytes(12).toString("hex")}`;

/** Every variable that is a secret, with one. */
export const VARIABLES = {
  CRON_SECRET: secret(),
  CRON_SECRET_PREVIOUS: secret(),
  OPENAI_API_KEY: secret(),
  OPENROUTER_API_KEY: secret(),
  VERCEL_AUTOMATION_BYPASS_SECRET: secret(),
  AUTH_SECRET: secret(),
};
/** Those that hold a password. */
export const ADDRESSES = ["DATABASE_URL", "DATABASE_URL_UNPOOLED", "REDIS_URL"];
const DATABASE_PASSWORD = secret();

/** All of them by name; Redis's where there is one. */
export const secrets: Record<string, string> = {
  ...VARIABLES,
  "the database's": DATABASE_PASSWORD,
};
/** What a run brought forth, wherever a secret could be in it. */
export const run = { replies: [] as string[], statuses: new Set<number>(), inRedis: "" };

let provider: FakeProvider;
let database: OwnPostgres;
let redis: RedisServer | undefined;
let app: TestApp;

/** Calls with these headers, and keeps all that came back. */
async function call(path: string, init: RequestInit = {}) {
  const reply = await app.raw(path, init);
  run.replies.push(`${reply.status} ${JSON.stringify([...reply.headers])} ${reply.text}`);
  run.statuses.add(reply.status);
  return reply;
}
const headers = { authorization: `Bearer ${VARIABLES.CRON_SECRET}` };
const asOperator = (path: string) => call(path, { headers });
const post = (path: string, body: string) =>
  call(path, { method: "POST", headers: { ...headers, "content-type": "application/json" }, body });

/**
 * Runs the app, before the tests of a file, with a secret in every variable for one, and with every fault:
 * providers that echo keys, wrong credentials and bodies, the database and Redis lost and refusing.
 */
export function runWithFaults() {
  beforeAll(async () => {
    provider = await startFakeProvider();
    database = await startOwnPostgres();
    const addresses = await changePassword(DATABASE_PASSWORD);
    if (hasRedisServer) redis = await RedisServer.start();
    if (redis) secrets["Redis's"] = new URL(redis.url).password;
    await keepTrafficFromSweeping();
    app = await startAppUnderFault(addresses.proxied, provider, {
      ...VARIABLES,
      DATABASE_URL_UNPOOLED: addresses.direct,
      OPENROUTER_BASE_URL: provider.url,
      JOB_MAX_ATTEMPTS: "1",
      ...(redis ? { REDIS_URL: redis.url } : {}),
    });
    await runEveryFaultOfProviders();
    await askWithWrongCredentialsAndBodies();
    await loseTheDatabase();
    if (redis) await loseRedis(redis);
    await lookAtEverything();
  });
  afterAll(async () => {
    await app?.stop();
    await database?.stop();
    await provider?.close();
    await redis?.kill();
  });
  return {
    get output() {
      return app.output;
    },
    get requests() {
      return provider.requests;
    },
  };
}

/** Gives the database's user another password; returns where it is under that. */
async function changePassword(password: string) {
  const admin = postgres(process.env.DATABASE_URL ?? "", { max: 1 });
  await admin.unsafe(`alter role current_user password '${password}'`);
  await admin.end();
  const under = (address: string) => {
    const url = new URL(address);
    url.password = encodeURIComponent(password);
    return url.href;
  };
  const direct = under(process.env.DATABASE_URL ?? "");
  process.env.DATABASE_URL = direct;
  return { direct, proxied: under(database.url) };
}

async function runEveryFaultOfProviders(): Promise<void> {
  const all = { ...ECHOES, ...ACCOUNT_ECHOES };
  provider.reply((request) => all[request.model]?.(request));
  const newJob = async (from: "openai" | "openrouter", name: string) => {
    const { id: modelId } = await makeModel({ provider: from, name });
    const { id: promptId } = await makePrompt([modelId], { frequency: "manual" });
    return (await makeJob({ promptId, modelId, maxAttempts: 1 })).id;
  };
  for (const [name, among] of [
    ["all at once", Object.keys(ECHOES)],
    ...Object.keys(ACCOUNT_ECHOES).map((fault): [string, string[]] => [fault, [fault]]),
  ] as [string, string[]][]) {
    const jobIds: number[] = [];
    for (const fault of among) {
      jobIds.push(await newJob("openai", fault), await newJob("openrouter", fault));
    }
    const { body } = await post("/api/jobs/process", JSON.stringify({ jobIds }));
    expect({ name, results: body.results.length }).toEqual({ name, results: jobIds.length });
    for (const [at, jobId] of jobIds.entries()) {
      const expected = among[Math.floor(at / 2)];
      const job = await readJob(jobId);
      expect({ expected, code: job.errorCode ?? "none" }).toEqual({
        expected,
        code: expected?.split(" ")[0],
      });
      await asOperator(`/api/jobs/status/${jobId}`);
      await asOperator(`/api/jobs/status/${jobId}/poll?current_status=processing&timeout=1`);
      if (job.finishedAt) await asOperator(`/api/jobs/status/${jobId}/stream`);
      await asOperator(`/api/prompts/${job.promptId}/answer`);
    }
    await asOperator("/api/jobs/queue/stats");
    await execute(sql`delete from pauses`);
  }
  // A dispatch loop carries the secret to the app itself.
  const { id } = await makeModel({ provider: "openai", name: "as ever" });
  await makePrompt([id]);
  await asOperator("/api/cron");
  await until("the cron's job", 15, async () => {
    const done = await execute(sql`select from responses where model_id = ${id}::bigint`);
    return done.length === 1;
  });
}

async function askWithWrongCredentialsAndBodies(): Promise<void> {
  const { CRON_SECRET, CRON_SECRET_PREVIOUS, OPENAI_API_KEY } = VARIABLES;
  const basic = Buffer.from(`operator:${CRON_SECRET}`).toString("base64");
  for (const wrong of [
    { authorization: `Basic ${basic}` },
    { authorization: `Bearer ${CRON_SECRET}x` },
    { authorization: `Bearer ${CRON_SECRET_PREVIOUS} ${CRON_SECRET}` },
    { authorization: `Bearer cvs_${OPENAI_API_KEY}` },
    { "x-api-key": CRON_SECRET },
    { cookie: `session=${encodeURIComponent(CRON_SECRET)}` },
  ]) {
    for (const path of ["/api/jobs/status", "/api/cron", "/api/prompts/x/answer"]) {
      const { status } = await call(path, { headers: wrong });
      expect(status).toBe(401);
    }
  }
  for (const [name, value] of Object.entries(secrets)) {
    const inQuery = encodeURIComponent(value);
    expect((await asOperator(`/api/jobs/status?limit=${inQuery}`)).status).toBe(400);
    expect((await asOperator(`/api/jobs/status?${name[0]}=${inQuery}`)).status).toBe(400);
    for (const body of [`{"jobId":"${value}"}`, `{"jobId":"${value}`, `"${value}"`, value]) {
      expect((await post("/api/jobs/process", body)).status).toBe(400);
    }
  }
}

async function loseTheDatabase(): Promise<void> {
  const paths = ["/api/jobs/status", "/api/cron", "/api/cron/sweep", "/api/health"];
  const expectAway = async () => {
    for (const { status } of await Promise.all(paths.map(asOperator))) expect(status).toBe(503);
  };
  await database.proxy.set("refused");
  await expectAway();
  await database.proxy.set("open");
  await changePassword(secret());
  database.proxy.hangUpAll();
  await expectAway();
  await changePassword(DATABASE_PASSWORD);
  await until("the database", 15, async () => (await asOperator("/api/health")).status === 200);
}

async function loseRedis(server: RedisServer): Promise<void> {
  const client = new Redis(server.url);
  const echoed = await execute<{ id: number }>(sql`select job_id as id from responses order by id`);
  // A busy machine may have dropped the copy that its worker wrote; a look writes another.
  await until("copies in Redis", 15, async () => {
    for (const { id } of echoed) await asOperator(`/api/jobs/status/${id}`);
    const keys = await client.keys("*");
    run.inRedis = JSON.stringify(await Promise.all(keys.map((key) => client.hgetall(key))));
    return echoed.every(({ id }) => keys.includes(`job:${id}`));
  });
  await client.config("SET", "requirepass", "another-password");
  await client.call("CLIENT", "KILL", "TYPE", "normal");
  await until("a word about Redis", 15, async () => {
    await asOperator("/api/jobs/queue/stats");
    return app.output.some((line) => line.includes("Redis does not serve"));
  });
  await client.config("SET", "requirepass", new URL(server.url).password);
  client.disconnect();
}

async function lookAtEverything(): Promise<void> {
  for (const path of ["jobs/status", "jobs/batches", "prompts", "prompts/export", "models"]) {
    expect((await asOperator(`/api/${path}`)).status).toBe(200);
  }
  for (const path of ["/", "/no-such-page"]) await call(path);
}
