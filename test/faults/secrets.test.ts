import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { sql } from "drizzle-orm";
import { describe, expect, test } from "vitest";
import { execute } from "@/db/client";
import nextConfig from "@/next.config";
import { hasRedisServer, NEEDS_REDIS } from "../redis-server";
import { ADDRESSES, run, runWithFaults, secrets, VARIABLES } from "./faulty-run";
import { secretsIn } from "./secret-forms";

const faulty = runWithFaults();

/** Cut somewhere, a secret still has its beginning. */
const withBeginnings = () => ({
  ...secrets,
  ...Object.fromEntries(
    Object.entries(secrets).map(([name, whole]) => [`${name}, cut`, whole.slice(0, 12)]),
  ),
});
const expectNone = (text: string) => expect(secretsIn(text, withBeginnings())).toEqual([]);

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
  const sent = new Set(faulty.requests.map((request) => request.headers.authorization));
  const { OPENAI_API_KEY, OPENROUTER_API_KEY } = VARIABLES;
  expect(sent).toEqual(new Set([`Bearer ${OPENAI_API_KEY}`, `Bearer ${OPENROUTER_API_KEY}`]));
});

describe("after a run with faults no secret is", () => {
  test("in what the app printed", () => {
    const lines = faulty.output.join("\n");
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
    expect([...run.statuses].sort()).toEqual(expect.arrayContaining([200, 400, 401, 404, 503]));
    expect(run.replies.some((reply) => reply.includes("<!DOCTYPE html>"))).toBe(true);
    expect(run.replies.some((reply) => reply.includes("event: job_complete"))).toBe(true);
    expectNone(run.replies.join("\n"));
  });

  test.skipIf(!hasRedisServer)(`in Redis, or what is said of it ${NEEDS_REDIS}`, () => {
    expect(run.inRedis).toContain("[redacted]");
    expectNone(run.inRedis);
    expect(faulty.output.join("\n")).toContain("Redis does not serve");
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
