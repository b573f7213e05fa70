import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:net";
import { type Guard, startGuard } from "@/db/embedded-guard";
import { startNext } from "@/scripts/next-server";

export const OPERATOR_SECRET = randomBytes(16).toString("hex");

export type TestApp = {
  url: string;
  pid: number;
  /** What it printed. */
  output: string[];
  /** Calls the API as the operator. A `body` object goes as JSON. */
  call(method: string, path: string, body?: unknown): Promise<Reply>;
  /** Calls with exactly these options and no credentials of ours. */
  raw(path: string, init?: RequestInit): Promise<Reply>;
  stop(): Promise<void>;
};

// biome-ignore lint/suspicious/noExplicitAny: a test reads whatever the reply holds, and fails where it doesn't
export type Reply = { status: number; headers: Headers; text: string; body: any };

export async function freePort(): Promise<number> {
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const address = probe.address();
  probe.close();
  await once(probe, "close");
  if (address === null || typeof address === "string") throw new Error("no port");
  return address.port;
}

/** Starts the production build, on a free port unless told, with a database and an environment of the test's. */
export async function startApp(
  databaseUrl: string,
  env: Record<string, string> = {},
  port?: number,
): Promise<TestApp> {
  const guard: Guard = await startGuard();
  const output: string[] = [];
  const next = await startNext({
    command: "start",
    port: port ?? (await freePort()),
    guard,
    output: (line) => output.push(line),
    env: {
      PATH: process.env.PATH,
      HOME: process.env.HOME,
      DATABASE_URL: databaseUrl,
      CRON_SECRET: OPERATOR_SECRET,
      ...env,
    },
  });
  const raw = async (path: string, init: RequestInit = {}): Promise<Reply> => {
    const response = await fetch(next.url + path, { redirect: "manual", ...init });
    const text = await response.text();
    const isJson = response.headers.get("content-type")?.includes("application/json");
    return {
      status: response.status,
      headers: response.headers,
      text,
      body: isJson ? JSON.parse(text) : undefined,
    };
  };
  return {
    url: next.url,
    pid: next.pid,
    output,
    raw,
    call: (method, path, body) =>
      raw(path, {
        method,
        headers: {
          authorization: `Bearer ${OPERATOR_SECRET}`,
          ...(body === undefined ? {} : { "content-type": "application/json" }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      }),
    stop: async () => {
      await next.stop();
      await guard.close();
    },
  };
}
