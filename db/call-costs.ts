import { type SQL, sql } from "drizzle-orm";
import { arrayLiteral, execute } from "./client";

/** Adds what is settled to daily_costs; see the function fold_call_costs in migrations/. */
export async function foldCallCosts(): Promise<void> {
  await execute(sql`select fold_call_costs()`);
}

/**
 * What a call's expected cost rests on: `prompt`, what the model's last 20 answers to this prompt took;
 * `model`, its last 20 calls; `longest_answer`, its prices and `maxOutputTokens`; `simulated`.
 */
type Basis = "prompt" | "model" | "longest_answer" | "simulated";

/** `costUsd` and `basis` are null for a model without a price. */
export type EstimatedCall = {
  modelId: number;
  active: boolean;
  costUsd: number | null;
  basis: Basis | null;
};

/**
 * What one call of each of these models with this question is expected to cost; unknown models are left
 * out. From 5 answers on to the same prompt, their tokens at the model's present prices (else their
 * cost) go before what the model's calls cost in general.
 */
export async function estimateCalls(
  question: string,
  modelIds: readonly number[],
  promptId: number | null,
): Promise<EstimatedCall[]> {
  return execute<EstimatedCall>(sql`
    select m.id as "modelId", m.active, estimated.usd::float8 as "costUsd",
      case when estimated.usd is null then null
        when m.provider = 'simulated' then 'simulated'
        when measured.usd is not null then 'prompt'
        when (select count(*) from (
          select from job_attempts a where a.model_id = m.id and a.cost_usd is not null limit 5
        ) priced) = 5 then 'model'
        else 'longest_answer' end as basis
    from models m ${expectedUsd(sql`${promptId}::bigint`, sql`${question}`)}
    where m.id = any(${arrayLiteral(modelIds)}::bigint[])
    order by m.id`);
}

/** The same of each of these prompts with its own question and models, those that are on; by prompt. */
export async function estimateCallsOf(
  promptIds: readonly number[],
): Promise<{ promptId: number; usdPerCall: (number | null)[] }[]> {
  return execute(sql`
    select p.id as "promptId", json_agg(estimated.usd::float8 order by m.id) as "usdPerCall"
    from prompts p
    join prompt_models pm on pm.prompt_id = p.id
    join models m on m.id = pm.model_id and m.active ${expectedUsd(sql`p.id`, sql`p.question`)}
    where p.id = any(${arrayLiteral(promptIds)}::bigint[])
    group by p.id`);
}

/** Joins to a model's row `m` what a call is expected to cost (`estimated.usd`), and what that rests on. */
const expectedUsd = (promptId: SQL, question: SQL): SQL => sql`
    cross join lateral (
      select case when count(*) >= 5 then coalesce(avg(
          (r.input_tokens - coalesce(r.cached_input_tokens, 0)) * m.input_usd_per_million
            + coalesce(r.cached_input_tokens, 0)
              * coalesce(m.cached_input_usd_per_million, m.input_usd_per_million)
            + r.output_tokens * m.output_usd_per_million) / 1000000, avg(r.cost_usd)) end as usd
      from (
        select * from responses
        where prompt_id = ${promptId} and model_id = m.id and m.provider <> 'simulated'
        order by answered_at desc limit 20
      ) r
    ) measured
    cross join lateral (
      select case when m.provider = 'simulated' then 0
        else coalesce(measured.usd, estimated_call_usd(m, ${question})) end as usd
    ) estimated`;
