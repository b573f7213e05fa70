import postgres from "postgres";

/** How much there is behind the prompts that are asked: days × prompts × models × runs finished jobs. */
export type Size = { days: number; prompts: number; models: number; runs: number };

/**
 * Fills a migrated, empty database with prompts that are asked daily, and with finished jobs, an attempt
 * and an answer each. Everything is paused, so that what a measurement enqueues stays as it is.
 */
export async function writeHistory(url: string, size: Size): Promise<void> {
  const sql = postgres(url, { max: 1, onnotice: () => {} });
  const { days, prompts, models, runs } = size;
  try {
    await sql`insert into models (provider, name) select 'simulated', 'model-' || n
      from generate_series(1, ${models}::int) n`;
    await sql`insert into prompts (slug, question, runs, last_window)
      select 'prompt-' || n || 'x', 'Question ' || n || '?', ${runs}::int,
        to_char(now() at time zone 'UTC', 'YYYY-MM-DD')
      from generate_series(1, ${prompts}::int) n`;
    await sql`insert into prompt_models select p.id, m.id from prompts p, models m`;
    await sql`insert into entities (key, name) select 'name ' || n, 'Name ' || n
      from generate_series(1, 50) n`;
    await sql`insert into prompt_jobs (prompt_id, model_id, run_index, batch_key, scheduled, status,
        attempt_count, claim_count, version, created_at, scheduled_for, started_at, finished_at,
        error_code, entity_id, input_tokens, output_tokens, cost_usd)
      select p, m, r, to_char(at at time zone 'UTC', 'YYYY-MM-DD'), true,
        case when failed then 'failed' else 'succeeded' end, 1, 1, 3, at, at,
        at + interval '10 seconds', at + interval '12 seconds',
        case when failed then 'timeout' end, case when not failed then 1 + (p + m + r) % 50 end,
        40, 120, 0.0004
      from generate_series(1, ${days}::int) d
      cross join lateral (select date_trunc('day', now(), 'UTC') - make_interval(days => ${days} - d) as at) day
      cross join generate_series(1, ${prompts}::int) p
      cross join generate_series(1, ${models}::int) m
      cross join generate_series(0, ${runs - 1}::int) r
      cross join lateral (select (d * 7 + p * 3 + m + r) % 40 = 0 as failed) f
      order by d, p, m, r`;
    await sql`insert into job_attempts (job_id, attempt, claim_token, started_at, finished_at, outcome,
        error_code, cost_usd, latency_ms)
      select id, 1, gen_random_uuid(), started_at, finished_at, status, error_code, cost_usd, 2000
      from prompt_jobs order by id`;
    await sql`insert into responses (job_id, prompt_id, model_id, batch_key, run_index, attempt,
        claim_token, prompt_version, instructions_version, parser_version, outcome, raw_text, answer,
        entity_id, settings, latency_ms, answered_at)
      select id, prompt_id, model_id, batch_key, run_index, 1, gen_random_uuid(), 1, 1, 1, 'named',
        repeat('An answer. ', 40), repeat('An answer. ', 35), entity_id, '{}', 2000, finished_at
      from prompt_jobs where status = 'succeeded' order by id`;
    await sql`insert into response_entities (response_id, rank, entity_id, name)
      select id, 1, entity_id, 'Name' from responses order by id`;
    // One prompt's answers name more, as real ones do.
    await sql`insert into response_entities (response_id, rank, entity_id, name)
      select id, rank, 1 + (entity_id + rank * 7) % 50, 'Name'
      from responses, generate_series(2, 4) rank where prompt_id = 1 order by id, rank`;
    await sql`insert into pauses (manual, reason) values (true, 'manual')`;
    await sql`insert into maintenance (duty, started_at) values ('sweep', now() + interval '1 day')`;
    await sql`vacuum (analyze)`;
  } finally {
    await sql.end();
  }
}
