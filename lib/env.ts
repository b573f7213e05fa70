import { z } from "zod";
import { databaseEnvironment, setVariables } from "@/db/connection";
import { ApiError } from "./errors";

const wholeNumber = (least: number, most: number) =>
  z
    .string()
    .regex(/^\d{1,9}$/, { error: `must be a whole number from ${least} to ${most}` })
    .transform(Number)
    .refine((n) => n >= least && n <= most, { error: `must be from ${least} to ${most}` });

const whole = (least: number, most: number, unset: number) =>
  wholeNumber(least, most).default(unset);

const usd = z
  .string()
  .regex(/^\d{1,9}(\.\d{1,8})?$/, { error: "must be US dollars like 5 or 0.50" });

const address = z
  .string()
  .refine((value) => URL.canParse(value) && /^https?:$/.test(new URL(value).protocol), {
    error: "must be an address like https://canvass.example.com",
  });

const redisAddress = z
  .string()
  .refine((value) => URL.canParse(value) && /^rediss?:$/.test(new URL(value).protocol), {
    error: "must be an address like redis://127.0.0.1:6379, or rediss://… for TLS",
  });

const secret = (name: string) =>
  z
    .string({ error: `is not set: make one with "openssl rand -hex 32" and set ${name}` })
    .min(16, { error: "must have at least 16 characters" })
    // What no HTTP header can carry could never match one.
    .regex(/^[\x21-\x7e]+$/, { error: "must be plain ASCII without spaces" });

const off = () =>
  z
    .enum(["true", "false"], { error: "must be true or false" })
    .default("false")
    .transform((value) => value === "true");

/** Every variable that Canvass reads, with its default: contract.md, "Environment". */
const variables = databaseEnvironment.extend({
  CRON_SECRET: secret("CRON_SECRET"),
  CRON_SECRET_PREVIOUS: secret("CRON_SECRET_PREVIOUS").optional(),
  AUTH_SECRET: secret("AUTH_SECRET").optional(),
  OPENAI_API_KEY: z.string().optional(),
  OPENAI_BASE_URL: address.optional(),
  OPENROUTER_API_KEY: z.string().optional(),
  OPENROUTER_BASE_URL: address.default("https://openrouter.ai/api/v1"),
  REDIS_URL: redisAddress.optional(),
  APP_URL: address.optional(),
  NEXT_PUBLIC_APP_URL: address.optional(),
  PORT: whole(1, 65_535, 3000),
  MAX_CONCURRENT_JOBS: whole(1, 10_000, 50),
  MAX_CONCURRENT_JOBS_PER_USER: whole(1, 10_000, 25),
  JOB_MAX_ATTEMPTS: whole(1, 100, 3),
  RETRY_BASE_MS: whole(1, 3_600_000, 2_000),
  RETRY_CAP_MS: whole(1, 86_400_000, 900_000),
  MODEL_TIMEOUT_SECONDS: whole(1, 3_600, 120),
  JOB_LEASE_SECONDS: whole(2, 86_400, 330),
  SELF_TICK_SECONDS: wholeNumber(0, 86_400).optional(),
  RUN_NOW_JOBS_PER_HOUR: whole(1, 1_000_000, 1_000),
  JOB_RETENTION_DAYS: whole(1, 36_500, 90),
  /** A string, so that Postgres counts with what was written and not with a binary fraction. */
  DAILY_BUDGET_USD: usd.optional(),
  ALLOW_SIGN_UP: off(),
  WEBHOOKS_ALLOW_LOOPBACK_HTTP: off(),
  VERCEL: z.string().optional(),
  VERCEL_ENV: z.string().optional(),
  VERCEL_URL: z.string().optional(),
  VERCEL_PROJECT_PRODUCTION_URL: z.string().optional(),
  VERCEL_AUTOMATION_BYPASS_SECRET: z.string().optional(),
});

const environmentSchema = variables
  .refine((env) => env.JOB_LEASE_SECONDS > env.MODEL_TIMEOUT_SECONDS, {
    path: ["JOB_LEASE_SECONDS"],
    error: "must be greater than MODEL_TIMEOUT_SECONDS, or a job is taken back while it still runs",
  })
  // On Vercel nothing runs between requests: its crons do it.
  .transform((env) => ({
    ...env,
    SELF_TICK_SECONDS: env.SELF_TICK_SECONDS ?? (env.VERCEL ? 0 : 60),
  }));

export type Environment = z.infer<typeof environmentSchema>;

/**
 * The environment, validated. An empty variable counts as unset.
 * Throws ConfigurationError with one sentence that names each bad variable, and never its value.
 */
export function environment(source: Source = process.env): Environment {
  return validated(environmentSchema, source);
}

/** JOB_MAX_ATTEMPTS alone, for code that enqueues without being the app. Throws as `environment` does. */
export function jobMaxAttempts(source: Source = process.env): number {
  return validated(variables.pick({ JOB_MAX_ATTEMPTS: true }), source).JOB_MAX_ATTEMPTS;
}

/** REDIS_URL alone; undefined: there is no Redis. Throws as `environment` does. */
export function redisUrl(source: Source = process.env): string | undefined {
  return validated(variables.pick({ REDIS_URL: true }), source).REDIS_URL;
}

type Source = Record<string, string | undefined>;

function validated<T>(schema: z.ZodType<T>, source: Source): T {
  const parsed = schema.safeParse(setVariables(source));
  if (parsed.success) return parsed.data;
  const faults = parsed.error.issues.map((issue) => `${issue.path.join(".")} ${issue.message}`);
  throw new ApiError("ConfigurationError", `${faults.join("; ")}.`);
}
