import { sql } from "drizzle-orm";
import { expect } from "vitest";
import { execute } from "@/db/client";
import type { ErrorName } from "@/lib/errors";
import type { Reply, TestApp } from "../app";

/** What would go on by itself, and so write rows that no call of the test's made, is off. */
export const QUIET = { SELF_TICK_SECONDS: "0" };

/** Has no call start a sweep after its answer, which would send out what the test has queued. */
export async function hushSweeps(): Promise<void> {
  await execute(
    sql`insert into maintenance (duty, started_at) values ('sweep', now() + interval '1 day')`,
  );
}

/** For a job that no dispatch takes meanwhile. */
export const tomorrow = () => new Date(Date.now() + 86_400_000);

const TABLES = [
  "models",
  "prompts",
  "prompt_models",
  "prompt_jobs",
  "job_attempts",
  "entities",
  "responses",
  "response_entities",
];

/** All that is stored, as one short text: the same before and after, where nothing was written. */
export async function stored(): Promise<string> {
  const rows = TABLES.map((table) => `select '${table} ' || t as line from ${table} t`);
  const [row] = await execute<{ sum: string }>(
    sql.raw(
      `select md5(string_agg(line, E'\\n' order by line)) as sum from (${rows.join(" union all ")})`,
    ),
  );
  return row?.sum ?? "";
}

/** That a reply is the contract's error, with exactly these further fields, and gives nothing away. */
export function expectError(
  { status, headers, body, text }: Reply,
  error: ErrorName,
  expectedStatus: number,
  details: object = {},
) {
  expect({ status, body }).toEqual({
    status: expectedStatus,
    body: { success: false, error, message: expect.stringMatching(/\S/), ...details },
  });
  expect(headers.get("content-type")).toMatch(/^application\/json/);
  expect(headers.get("cache-control")).toBe("no-store");
  expect(text).not.toMatch(
    /node_modules|\.js:\d|select |insert into|postgres(ql)?:\/\/(?!user:password@host)|sk-|stack/i,
  );
}

/** A refusal for what was sent; `paths` are the places it names, all or the first of them. */
export function expectInvalid(reply: Reply, ...paths: string[]) {
  expectError(reply, "ValidationError", 400, { issues: expect.any(Array) });
  const named = reply.body.issues.map((issue: { path: string; message: string }) => {
    expect(issue).toEqual({ path: expect.any(String), message: expect.stringMatching(/\S/) });
    return issue.path;
  });
  expect([...new Set(named)].sort()).toEqual(
    paths.length > 0 ? paths.toSorted() : expect.arrayContaining([expect.any(String)]),
  );
}

/** Calls as the operator with a body that is sent as it is. */
export function send(
  app: TestApp,
  secret: string,
  method: string,
  path: string,
  body: string | Uint8Array | ReadableStream,
  contentType: string | null = "application/json",
): Promise<Reply> {
  return app.raw(path, {
    method,
    headers: {
      authorization: `Bearer ${secret}`,
      ...(contentType === null ? {} : { "content-type": contentType }),
    },
    body: typeof body === "string" ? Buffer.from(body) : body,
    // Node's fetch wants it for a stream, and the browser's types don't know it.
    ...{ duplex: "half" },
  } as RequestInit);
}

/** HEAD, whose reply says it holds JSON and holds none. Without a secret: as a stranger. */
export async function head(app: TestApp, path: string, secret?: string) {
  const headers: HeadersInit = secret === undefined ? {} : { authorization: secret };
  const reply = await fetch(app.url + path, { method: "HEAD", headers, redirect: "manual" });
  return { status: reply.status, headers: reply.headers, text: await reply.text() };
}

/** For a title: what was sent, where it can be read, and no more of it than fits a line. */
export const title = (sent: string) =>
  `${JSON.stringify(sent.slice(0, 40))}${sent.length > 40 ? ` (${sent.length} characters)` : ""}`;
