import { sql } from "drizzle-orm";
import { execute } from "./client";
import { pauseHoldsModel } from "./pause-rules";
import type { Provider } from "./schema";

/** What holds a job's model back: the pause that a person would have to end. */
type HoldingPause = {
  /** Both null: everything is paused. */
  provider: Provider | null;
  modelId: number | null;
  manual: boolean;
  /** `manual`, or the error code that opened the circuit. */
  reason: string;
  nextProbeAt: Date | null;
};

/** What a job's page shows besides the job: its model's limits, what it left in the database. */
export type JobSurroundings = {
  model: {
    maxConcurrency: number | null;
    requestsPerMinute: number | null;
    rateLimitedUntil: Date | null;
  };
  /** Null: nothing is paused. */
  pause: HoldingPause | null;
  /** Null: it has no answer. */
  response: { rawText: string; promptVersion: number; settings: Record<string, unknown> } | null;
};

type Row = {
  max_concurrency: number | null;
  requests_per_minute: number | null;
  rate_limited_until: string | null;
  pause: {
    provider: Provider | null;
    model_id: number | null;
    manual: boolean;
    reason: string;
    next_probe_at: string | null;
  } | null;
  response: {
    raw_text: string;
    prompt_version: number;
    settings: Record<string, unknown>;
  } | null;
};

/** Null: there is no such job. Of several pauses one by hand comes first, for a success doesn't end it. */
export async function findJobSurroundings(jobId: number): Promise<JobSurroundings | null> {
  const [row] = await execute<Row>(sql`
    select m.max_concurrency, m.requests_per_minute, m.rate_limited_until,
      (select to_jsonb(pause) from pauses pause
       where ${pauseHoldsModel} and pause.probe_job_id is distinct from j.id
       order by pause.manual desc, pause.since limit 1) as pause,
      (select jsonb_build_object('raw_text', r.raw_text, 'prompt_version', r.prompt_version,
         'settings', r.settings) from responses r where r.job_id = j.id) as response
    from prompt_jobs j join models m on m.id = j.model_id where j.id = ${jobId}::bigint`);
  if (!row) return null;
  const { pause, response } = row;
  return {
    model: {
      maxConcurrency: row.max_concurrency,
      requestsPerMinute: row.requests_per_minute,
      rateLimitedUntil: toDate(row.rate_limited_until),
    },
    pause: pause && {
      provider: pause.provider,
      modelId: pause.model_id,
      manual: pause.manual,
      reason: pause.reason,
      nextProbeAt: toDate(pause.next_probe_at),
    },
    response: response && {
      rawText: response.raw_text,
      promptVersion: response.prompt_version,
      settings: response.settings,
    },
  };
}

const toDate = (text: string | null) => (text === null ? null : new Date(text));
