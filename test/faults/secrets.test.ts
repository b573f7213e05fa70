import { randomBytes } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { sql } from "drizzle-orm";
import { Redis } from "ioredis";
import postgres from "postgres";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { execute } from "@/db/client";
import nextConfig from "@/next.config";
import type { TestApp } from "../app";
import { makeJob, makeModel, makePrompt, readJob } from "../factories";
import { type FakeProvider, startFakeProvider } from "../fake-provider";
import { hasRedisServer, NEEDS_REDIS, RedisServer } from "../redis-server";
import { keepTrafficFromSweeping, startAppUnderFault, until } from "./app-under-fault";
import { ACCOUNT_ECHOES, ECHOES } from "./echoing-provider";
import { type OwnPostgres, startOwnPostgres } from "./own-postgres";
import { secretsIn } from "./secret-forms";

/** Random, so that its beginning is as telling as the whole, and unlike itself in every encoding. */
const secret = () => `${randomBytes(6).toString("hex")}+/=~?${randomBytes(12).toString("hex")}`;

const VARIABLES = {
  CRON_SECRET: secret(),
  CRON_SECRET_PREVIOUS: secret(),
  OPENAI_API_KEY: secret(),
  OPENROUTER_API_KEY: secret(),
  VERCEL_AUTOMATION_BYPASS_SECRET: secret(),
  AUTH_SECRET: secret(),
};
const ADDRESSES = ["DATABASE_URL", "DATABASE_URL_UNPOOLED", "REDIS_URL"];
const DATABASE_PASSWORD = secret();

const secrets: Record<string, string> = { ...VARIABLES, "the database's": DATABASE_PASSWORD };
/** Cut somewhere, a secret still has its beginning. */
const withBeginnings = () => ({
  ...secrets,
  ...Object.fromEntries(
    Object.entries(secrets).map(([name, whole]) => [`${name}, cut`, whole.slice(0, 12)]),
  ),
});
const expectNone = (text: string) => expect(secretsIn(text, withBeginnings())).toEqual([]);

let provider: FakeProvider;
let database: OwnPostgres;
let redis: RedisServer | undefined;
let app: TestApp;
const replies: string[] = [];
const statuses = new Set<number>();
let inRedis = "";

/** Calls with these headers, and keeps all that came back. */
async function call(path: string, init: RequestInit = {}) {
  const reply = await app.raw(path, init);
  replies.push(`${reply.status} ${JSON.stringify([...reply.headers])} ${reply.text}`);
  statuses.add(reply.status);
  return reply;
}
const headers = { authorization: `Bearer ${VARIABLES.CRON_SECRET}` };
const asOperator = (path: string) => call(path, { headers });
const post = (path: string, body: string) =>
  call(path, { method: "POST", headers: { ...headers, "content-type": "application/json" }, body });

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
    inRedis = JSON.stringify(await Promise.all(keys.map((key) => client.hgetall(key))));
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

test("the search finds a secret in each form, wherever it stands", () => {
  const { CRON_SECRET } = VARIABLES;
  const forms = ["", "x", "xy"].flatMap((before) => {
    const bytes = Buffer.from(`${before}${CRON_SECRET}:z`);
    return (["utf8", "base64", "base64url", "hex"] as const).map((form) => bytes.toString(form));
  });
  for (const form of [...forms, encodeURIComponent(CRON_SECRET)]) {
    expect(secretsIn(`<${form}>`, VARIABLES)).toEqual(["CRON_SECRET"]);
  }
  expect(secretsIn(CRON_SECRET.slice(0, 20), withBeginnings())).toEqual(["CRON_SECRET, cut"]);
});

test("each key went to its provider, and came back in what it said", () => {
  const sent = new Set(provider.requests.map((request) => request.headers.authorization));
  const { OPENAI_API_KEY, OPENROUTER_API_KEY } = VARIABLES;
  expect(sent).toEqual(new Set([`Bearer ${OPENAI_API_KEY}`, `Bearer ${OPENROUTER_API_KEY}`]));
});

describe("after a run with faults no secret is", () => {
  test("in what the app printed", () => {
    const lines = app.output.join("\n");
    for (const told of ["circuit opened", "The database does not answer", "28P01"]) {
      expect(lines).toContain(told);
    }
    expect(lines).not.toMatch(/uncaught|unhandled/i);
    expectNone(lines);
  });

  test("in any row of any table", async () => {
    const tables = await execute<{ name: string }>(sql`
      select format('%I.%I', table_schema, table_name) as name from information_schema.tables
      where table_type = 'BASE TABLE' and table_schema not in ('pg_catalog', 'information_schema')`);
    const dump = new Map<string, string>();
    for (const { name } of tables) {
      const rows = await execute<{ row: string }>(sql.raw(`select t::text as row from ${name} t`));
      dump.set(name, rows.map(({ row }) => row).join("\n"));
    }
    for (const table of ["prompt_jobs", "job_attempts", "responses", "entities"]) {
      expect(dump.get(`public.${table}`)).toMatch(/\S/);
    }
    expect(dump.get("public.responses")).toContain("[redacted]");
    expectNone([...dump.values()].join("\n"));
  });

  test("in any reply, its headers, or a page", () => {
    expect([...statuses].sort()).toEqual(expect.arrayContaining([200, 400, 401, 404, 503]));
    expect(replies.some((reply) => reply.includes("<!DOCTYPE html>"))).toBe(true);
    expect(replies.some((reply) => reply.includes("event: job_complete"))).toBe(true);
    expectNone(replies.join("\n"));
  });

  test.skipIf(!hasRedisServer)(`in Redis, or what is said of it ${NEEDS_REDIS}`, () => {
    expect(inRedis).toContain("[redacted]");
    expectNone(inRedis);
    expect(app.output.join("\n")).toContain("Redis does not serve");
  });

  test("in the client's bundle or the pages that were built, and no code there asks for one", () => {
    const built = ["static", "server"].flatMap((folder) =>
      readdirSync(join(".next", folder), { recursive: true, encoding: "utf8" })
        .map((name) => join(".next", folder, name))
        .filter((path) => folder === "static" || /\.(html|rsc|body|meta)$/.test(path)),
    );
    const files = built.filter((path) => /\.\w+$/.test(path));
    expect(files.some((path) => path.endsWith(".html"))).toBe(true);
    expect(files.some((path) => path.includes("static/chunks") && path.endsWith(".js"))).toBe(true);
    const text = files.map((path) => readFileSync(path, "utf8")).join("\n");
    expectNone(text);
    // At the build the variables may have other values.
    for (const name of [...Object.keys(VARIABLES), ...ADDRESSES]) {
      expect(text).not.toMatch(new RegExp(`\\benv\\W{1,3}${name}\\b`));
    }
    expect(nextConfig.env).toBeUndefined();
  });
});
