import { parseArgs } from "node:util";
import { type PastAttempt, type PastJob, recordPastJobs } from "@/db/job-transitions/record-past";
import { findSimulatedAsks, type SimulatedAsk, takeStatistics } from "@/db/seed";
import { entityKey } from "@/lib/answers/entity-key";
import { INSTRUCTIONS_VERSION } from "@/lib/answers/instructions";
import { PARSER_VERSION } from "@/lib/answers/parse";
import { type PastDay, pastDays, pastOutcomes } from "@/lib/models/simulated-history";

const MOST_DAYS = 730;
const JOBS_A_STATEMENT = 1_000;

/** When each day's batch began, behind midnight UTC: as if one of the crons of vercel.json had been first. */
const BATCH_AFTER_MS = 6 * 3_600_000;
const BETWEEN_JOBS_MS = 50;
const RETRY_AFTER_MS = 2_000;

/** In: a command's own arguments. Out: the days that `--days` asks for, null without it. Throws a sentence. */
export function readDays(args: string[]): number | null {
  let days: string | undefined;
  try {
    days = parseArgs({ args, options: { days: { type: "string" } } }).values.days;
  } catch {
    days = "";
  }
  if (days === undefined) return null;
  if (/^[1-9]\d{0,2}$/.test(days) && Number(days) <= MOST_DAYS) return Number(days);
  throw new Error(
    `The only option is --days with a whole number from 1 to ${MOST_DAYS}: npm run db:seed -- --days 60`,
  );
}

/**
 * Writes what the simulated models would have answered to these prompts on each of the last `days`
 * days before today (UTC), but for a few missing ones. Again, or beside real jobs: only what isn't there yet.
 * Returns how many jobs the days have, and how many of them are new.
 */
export async function writeHistory(
  slugs: readonly string[],
  options: {
    days: number;
    onProgress?: (written: number, total: number) => void;
    /** Stands in for the database's day in tests. */
    today?: string;
  },
): Promise<{ total: number; added: number }> {
  const { today, asks } = await findSimulatedAsks(slugs);
  const past = pastDays(options.days, options.today ?? today);
  const total = past.length * asks.reduce((sum, { runs }) => sum + runs, 0);
  let [written, added] = [0, 0];
  for (const pastDay of past) {
    const jobs = jobsOf(asks, pastDay);
    for (let start = 0; start < jobs.length; start += JOBS_A_STATEMENT) {
      const some = jobs.slice(start, start + JOBS_A_STATEMENT);
      added += await recordPastJobs(some);
      written += some.length;
      options.onProgress?.(written, total);
    }
  }
  if (added > 0) await takeStatistics();
  return { total, added };
}

function jobsOf(asks: readonly SimulatedAsk[], pastDay: PastDay): PastJob[] {
  const createdAtMs = Date.parse(`${pastDay.day}T00:00:00Z`) + BATCH_AFTER_MS;
  const runs = asks.flatMap((ask) =>
    Array.from({ length: ask.runs }, (_, runIndex) => ({ ask, runIndex })),
  );
  return runs.map(({ ask, runIndex }, index) =>
    jobOf(ask, runIndex, pastDay, createdAtMs, createdAtMs + (index + 1) * BETWEEN_JOBS_MS),
  );
}

function jobOf(
  { promptId, promptVersion, question, model }: SimulatedAsk,
  runIndex: number,
  pastDay: PastDay,
  createdAtMs: number,
  startedAtMs: number,
): PastJob {
  const outcomes = pastOutcomes(model, { question, runIndex }, pastDay);
  let nextMs = startedAtMs;
  const attempts = outcomes.map((outcome, index): PastAttempt => {
    const finishedMs = nextMs + outcome.latencyMs;
    const failure = outcome.kind === "failed" ? outcome : null;
    const attempt = {
      startedAt: new Date(nextMs).toISOString(),
      finishedAt: new Date(finishedMs).toISOString(),
      outcome: !failure
        ? ("succeeded" as const)
        : index < outcomes.length - 1
          ? ("retried" as const)
          : ("failed" as const),
      errorCode: failure?.errorCode ?? null,
      errorMessage: failure?.message ?? null,
      returnedModel: outcome.returnedModel,
      ...outcome.usage,
      costUsd: outcome.costUsd,
      latencyMs: outcome.latencyMs,
    };
    nextMs = finishedMs + RETRY_AFTER_MS;
    return attempt;
  });
  const [first, ...later] = attempts;
  const last = outcomes.at(-1);
  if (!first || !last) throw new Error("a job has at least one attempt");
  return {
    promptId,
    modelId: model.id,
    runIndex,
    batchKey: pastDay.day,
    createdAt: new Date(createdAtMs).toISOString(),
    attempts: [first, ...later],
    answer:
      last.kind === "failed"
        ? null
        : {
            promptVersion,
            instructionsVersion: INSTRUCTIONS_VERSION,
            parserVersion: PARSER_VERSION,
            rawText: last.rawText,
            answer: last.answer,
            entities: last.entities.map((name) => ({ name, key: entityKey(name) })),
            settings: last.settings,
          },
  };
}
