import { sql } from "drizzle-orm";
import { execute, toRow } from "./client";
import { type Model, models, type Provider } from "./schema";

export type SampleModel = {
  provider: Provider;
  name: string;
  reasoningEffort?: string;
  inputUsdPerMillion: number;
  cachedInputUsdPerMillion: number;
  outputUsdPerMillion: number;
};

export type SamplePrompt = {
  slug: string;
  question: string;
  category: string;
  tags: string[];
  frequency: string;
  runs: number;
  /** Names of models. */
  models: string[];
};

/** Adds models that aren't there yet; those that are keep their settings, but are switched on. */
export async function seedModels(models: readonly SampleModel[]): Promise<void> {
  await execute(sql`
    insert into models (provider, name, reasoning_effort, input_usd_per_million,
      cached_input_usd_per_million, output_usd_per_million)
    select provider, name, "reasoningEffort", "inputUsdPerMillion", "cachedInputUsdPerMillion",
      "outputUsdPerMillion"
    from jsonb_to_recordset(${JSON.stringify(models)}::jsonb) as sample(provider text, name text,
      "reasoningEffort" text, "inputUsdPerMillion" numeric, "cachedInputUsdPerMillion" numeric,
      "outputUsdPerMillion" numeric)
    where not exists (
      select from models m where m.provider = sample.provider and m.name = sample.name and m.label = '')
    on conflict do nothing`);
  await execute(sql`
    update models set active = true
    where label = '' and name in (
      select name from jsonb_to_recordset(${JSON.stringify(models)}::jsonb) as sample(name text))`);
}

/** Adds prompts without owner whose slug isn't taken yet, with their models. Returns how many. */
export async function seedPrompts(prompts: readonly SamplePrompt[]): Promise<number> {
  const [row] = await execute<{ added: number }>(sql`
    with sample as (
      select * from jsonb_to_recordset(${JSON.stringify(prompts)}::jsonb) as s(slug text, question text,
        category text, tags jsonb, frequency text, runs int, models jsonb)
    ), added as (
      insert into prompts (slug, question, category, tags, frequency, runs)
      select slug, question, category,
        array(select jsonb_array_elements_text(tags)), frequency, runs
      from sample
      where not exists (
        select from prompts p where p.slug = sample.slug and p.owner_id is null and p.deleted_at is null)
      on conflict do nothing
      returning id, slug
    ), asked as (
      insert into prompt_models (prompt_id, model_id)
      select added.id, m.id from added join sample using (slug)
      join models m on sample.models ? m.name and m.label = '' and m.provider = 'simulated'
    )
    select count(*) as added from added`);
  return row?.added ?? 0;
}

/**
 * Asks the prompts without owner of further models too, from this window on: a prompt that gains a
 * model becomes due again, and jobs of this window that exist already are not made twice.
 */
export async function askAlso(models: readonly SampleModel[]): Promise<void> {
  await execute(sql`
    with added as (
      insert into prompt_models (prompt_id, model_id)
      select p.id, m.id from prompts p
      join jsonb_to_recordset(${JSON.stringify(models)}::jsonb) as s(provider text, name text) on true
      join models m on m.provider = s.provider and m.name = s.name and m.label = ''
      where p.owner_id is null and p.deleted_at is null
      on conflict do nothing
      returning prompt_id
    )
    update prompts set last_window = null where id in (select prompt_id from added)`);
}

/**
 * Switches every model off that isn't simulated, so that nothing is asked of a provider, and closes
 * their circuits, so that what they still have queued is skipped at once. Returns how many were on.
 */
export async function switchOffRealModels(): Promise<number> {
  const rows = await execute(sql`
    with closed as (delete from pauses where not manual)
    update models set active = false where provider <> 'simulated' and active returning id`);
  return rows.length;
}

export type SimulatedAsk = {
  promptId: number;
  question: string;
  promptVersion: number;
  runs: number;
  model: Model;
};

/** Which simulated models these prompts without owner ask each day, and the present UTC day. */
export async function findSimulatedAsks(
  slugs: readonly string[],
): Promise<{ today: string; asks: SimulatedAsk[] }> {
  const rows = await execute<{
    today: string;
    prompt_id: number | null;
    question: string;
    version: number;
    runs: number;
    model: object;
  }>(sql`
    select to_char(now() at time zone 'UTC', 'YYYY-MM-DD') as today, ask.*
    from (select) one left join (
      select p.id as prompt_id, p.question, p.version, p.runs, to_jsonb(m) as model
      from prompts p join prompt_models pm on pm.prompt_id = p.id join models m on m.id = pm.model_id
      where p.owner_id is null and p.deleted_at is null and p.active and p.frequency = 'daily'
        and m.provider = 'simulated' and m.active
        and ${JSON.stringify(slugs)}::jsonb ? p.slug
    ) ask on true
    order by prompt_id, model -> 'id'`);
  return {
    today: rows[0]?.today ?? "",
    asks: rows.flatMap(({ prompt_id, question, version, runs, model }) =>
      prompt_id === null
        ? []
        : [
            {
              promptId: prompt_id,
              question,
              promptVersion: version,
              runs,
              model: toRow(models, model),
            },
          ],
    ),
  };
}

/**
 * Counts anew what the planner goes by, after many rows came at once: until Postgres does so by itself, some
 * minutes later, a page that reads the answers of all questions would take 60 times as long.
 */
export async function takeStatistics(): Promise<void> {
  await execute(sql`analyze prompt_jobs, job_attempts, responses, response_entities, entities`);
}
