import { describe, expect, test } from "vitest";
import { maxDuration as cronDuration } from "@/app/api/cron/route";
import { maxDuration as processDuration } from "@/app/api/jobs/process/route";
import { toConnection } from "@/db/connection";
import { environment } from "@/lib/env";
import { selfAddress } from "@/lib/self-address";

const NEEDED = { DATABASE_URL: "postgres://u:p@host/name", CRON_SECRET: "0123456789abcdef" };

describe("the environment", () => {
  test("has a default for everything but the database and the secret", () => {
    expect(environment(NEEDED)).toMatchObject({
      MAX_CONCURRENT_JOBS: 50,
      MAX_CONCURRENT_JOBS_PER_USER: 25,
      JOB_MAX_ATTEMPTS: 3,
      RETRY_BASE_MS: 2_000,
      RETRY_CAP_MS: 900_000,
      MODEL_TIMEOUT_SECONDS: 120,
      JOB_LEASE_SECONDS: 330,
      RUN_NOW_JOBS_PER_HOUR: 1_000,
      ALLOW_SIGN_UP: false,
      WEBHOOKS_ALLOW_LOOPBACK_HTTP: false,
    });
  });

  test("the durations fit into each other: call + 30 s ≤ maxDuration < lease", () => {
    const { MODEL_TIMEOUT_SECONDS, JOB_LEASE_SECONDS } = environment(NEEDED);
    expect(cronDuration).toBe(processDuration);
    expect(MODEL_TIMEOUT_SECONDS + 30).toBeLessThanOrEqual(processDuration);
    expect(processDuration).toBeLessThan(JOB_LEASE_SECONDS);
  });

  test("an empty variable counts as unset", () => {
    expect(environment({ ...NEEDED, MAX_CONCURRENT_JOBS: "" }).MAX_CONCURRENT_JOBS).toBe(50);
    expect(() => environment({ ...NEEDED, CRON_SECRET: "" })).toThrow(/^CRON_SECRET is not set/);
  });

  const bad: [string, string][] = [
    ["MAX_CONCURRENT_JOBS", "0"],
    ["MAX_CONCURRENT_JOBS", "abc"],
    ["MAX_CONCURRENT_JOBS", "1e3"],
    ["MAX_CONCURRENT_JOBS", "-1"],
    ["JOB_MAX_ATTEMPTS", "2.5"],
    ["DATABASE_URL", "mysql://host/name"],
    ["DATABASE_PREPARE", "maybe"],
    ["CRON_SECRET", "short"],
    ["CRON_SECRET_PREVIOUS", "short"],
    ["AUTH_SECRET", "short"],
    ["ALLOW_SIGN_UP", "yes"],
    ["WEBHOOKS_ALLOW_LOOPBACK_HTTP", "yes"],
    ["APP_URL", "javascript:alert(1)"],
    ["OPENROUTER_BASE_URL", "not an address"],
    ["JOB_LEASE_SECONDS", "120"],
  ];
  test.each(bad)(
    "%s=%s is refused by one sentence that names it, without its value",
    (name, value) => {
      const read = () => environment({ ...NEEDED, [name]: value });
      expect(read).toThrow(new RegExp(`^${name} [^;]+\\.$`));
      if (value.length > 3) expect(read).not.toThrow(value);
    },
  );

  test("several faults are told at once", () => {
    expect(() => environment({ MAX_CONCURRENT_JOBS: "x" })).toThrow(
      /DATABASE_URL .*CRON_SECRET .*MAX_CONCURRENT_JOBS /,
    );
  });
});

describe("the address at which the app calls itself", () => {
  const vercel = {
    VERCEL_ENV: "production",
    VERCEL_URL: "canvass-abc.vercel.app",
    VERCEL_PROJECT_PRODUCTION_URL: "canvass.example.com",
  };
  const addresses: [string, Record<string, string>, string][] = [
    ["localhost and the port, by itself", { PORT: "4000" }, "http://127.0.0.1:4000"],
    ["APP_URL, without a slash at its end", { APP_URL: "https://a.example/" }, "https://a.example"],
    [
      "APP_URL before NEXT_PUBLIC_APP_URL",
      { APP_URL: "https://a.example", NEXT_PUBLIC_APP_URL: "https://b.example" },
      "https://a.example",
    ],
    ["NEXT_PUBLIC_APP_URL", { NEXT_PUBLIC_APP_URL: "https://b.example" }, "https://b.example"],
    ["production's own address on Vercel", vercel, "https://canvass.example.com"],
    ["APP_URL in production", { ...vercel, APP_URL: "https://a.example" }, "https://a.example"],
    [
      "a preview's own address, whatever else is set",
      { ...vercel, VERCEL_ENV: "preview", APP_URL: "https://a.example" },
      "https://canvass-abc.vercel.app",
    ],
  ];
  test.each(addresses)("is %s", (_, env, expected) => {
    expect(selfAddress(environment({ ...NEEDED, ...env }))).toBe(expected);
  });
});

describe("prepared statements", () => {
  const prepare = (url: string, DATABASE_PREPARE?: "true" | "false") =>
    toConnection({ DATABASE_URL: url, DATABASE_PREPARE }).prepare;

  test("are on, but off behind what looks like a pooler", () => {
    expect(prepare("postgres://u:p@host:5432/name")).toBe(true);
    expect(prepare("postgres://u:p@host:6543/name")).toBe(false);
    expect(prepare("postgres://u:p@ep-x-pooler.eu.neon.tech/name")).toBe(false);
    expect(prepare("postgres://u:p@host/name?pgbouncer=true")).toBe(false);
  });

  test("are as DATABASE_PREPARE says, whatever the address looks like", () => {
    expect(prepare("postgres://u:p@host:6543/name", "true")).toBe(true);
    expect(prepare("postgres://u:p@host:5432/name", "false")).toBe(false);
  });

  test("marks that Postgres would refuse don't reach it", () => {
    const { url } = toConnection({
      DATABASE_URL:
        "postgres://u:p@host/name?pgbouncer=true&channel_binding=require&sslmode=require",
      DATABASE_PREPARE: undefined,
    });
    expect(url).toBe("postgres://u:p@host/name?sslmode=require");
  });
});
