import { type SQL, sql } from "drizzle-orm";
import { arrayLiteral, execute, toRow } from "./client";
import { type Frequency, type Prompt, prompts } from "./schema";
import { nextRunAt } from "./windows";

/** A prompt as it is read: with its models and its next turn. */
export type PromptView = Prompt & { modelIds: number[]; nextRunAt: Date | null };

export type NewPrompt = {
  slug: string;
  question: string;
  category: string | null;
  tags: readonly string[];
  frequency: Frequency;
  runs: number;
  active: boolean;
  ownerId: string | null;
  modelIds: readonly number[];
};

export type PromptChange = {
  [Field in Exclude<keyof NewPrompt, "ownerId">]?: NewPrompt[Field] | undefined;
};

type PromptRow = { model_ids: number[]; next_run_at: string | null };

function toView(row: PromptRow): PromptView {
  return {
    ...toRow(prompts, row),
    modelIds: row.model_ids,
    nextRunAt: row.next_run_at === null ? null : new Date(row.next_run_at),
  };
}

const tagsOf = (tags: readonly string[]) =>
  sql`(select coalesce(array_agg(tag), '{}') from jsonb_array_elements_text(${JSON.stringify(tags)}::jsonb) tag)`;

const modelIdsOf = (promptId: SQL) =>
  sql`(select coalesce(json_agg(model_id order by model_id), '[]') from prompt_models where prompt_id = ${promptId})`;

const selectViews = (condition: SQL, limit: number | null) => sql`
  select p.*, ${nextRunAt()} as next_run_at, ${modelIdsOf(sql`p.id`)} as model_ids
  from prompts p where p.deleted_at is null and ${condition}
  order by p.id desc limit ${limit}::int`;

/** Newest first; `before` an id, from the last page; without owner everybody's. Deleted ones are gone. */
export async function listPrompts(options: {
  limit: number;
  before: number | null;
  ownerId?: string;
}): Promise<PromptView[]> {
  const { before, ownerId, limit } = options;
  const condition = sql`${before === null ? sql`true` : sql`p.id < ${before}::bigint`}
    and ${isOf(ownerId)}`;
  const rows = await execute<PromptRow>(selectViews(condition, limit));
  return rows.map(toView);
}

const isOf = (ownerId: string | undefined) =>
  ownerId === undefined ? sql`true` : sql`p.owner_id = ${ownerId}`;

/** All of one owner, or of none, oldest first. */
export async function listPromptsOf(ownerId: string | null): Promise<PromptView[]> {
  const own = sql`p.owner_id is not distinct from ${ownerId}::text`;
  const rows = await execute<PromptRow>(selectViews(own, null));
  return rows.map(toView).reverse();
}

/** Null: there is none, or it was deleted. */
export async function findPromptById(id: number): Promise<PromptView | null> {
  const [row] = await execute<PromptRow>(selectViews(sql`p.id = ${id}::bigint`, 1));
  return row ? toView(row) : null;
}

/**
 * All that bear this slug, of one owner or of everybody: at most one for each owner and one without. The
 * latter comes first.
 */
export async function findPromptsBySlug(slug: string, ownerId?: string): Promise<PromptView[]> {
  const condition = sql`p.slug = ${slug} and ${isOf(ownerId)}`;
  const rows = await execute<PromptRow>(selectViews(condition, 1_000));
  return rows.map(toView).sort((a, b) => Number(a.ownerId !== null) - Number(b.ownerId !== null));
}

/** Null: the owner has a prompt of that slug already. An unknown model violates a foreign key. */
export async function insertPrompt(prompt: NewPrompt): Promise<PromptView | null> {
  const rows = await execute<PromptRow>(sql`
    with p as (
      insert into prompts (slug, question, category, tags, frequency, runs, active, owner_id)
      values (${prompt.slug}, ${prompt.question}, ${prompt.category}, ${tagsOf(prompt.tags)},
        ${prompt.frequency}, ${prompt.runs}::int, ${prompt.active}, ${prompt.ownerId})
      on conflict do nothing
      returning *
    ), asked as (
      insert into prompt_models (prompt_id, model_id)
      select p.id, model_id from p, unnest(${arrayLiteral(prompt.modelIds)}::bigint[]) model_id
      returning model_id
    )
    select p.*, ${nextRunAt()} as next_run_at,
      (select json_agg(model_id order by model_id) from asked) as model_ids
    from p`);
  return rows[0] ? toView(rows[0]) : null;
}

/**
 * Changes what is given and leaves the rest; another question makes a new version. Null: there is no
 * such prompt. Another one's slug violates prompts_owner_slug_unique, an unknown model a foreign key.
 */
export async function updatePrompt(id: number, change: PromptChange): Promise<PromptView | null> {
  const sets = [
    change.slug === undefined ? null : sql`slug = ${change.slug}`,
    change.question === undefined
      ? null
      : sql`question = ${change.question}, version = version + (question <> ${change.question})::int,
          question_changed_at = case when question = ${change.question} then question_changed_at
            else clock_timestamp() end`,
    change.category === undefined ? null : sql`category = ${change.category}`,
    change.tags === undefined ? null : sql`tags = ${tagsOf(change.tags)}`,
    change.frequency === undefined ? null : sql`frequency = ${change.frequency}`,
    change.runs === undefined ? null : sql`runs = ${change.runs}::int`,
    change.active === undefined ? null : sql`active = ${change.active}`,
  ].filter((set) => set !== null);
  const { modelIds } = change;
  const wanted = modelIds && JSON.stringify([{ promptId: id, modelIds }]);
  const rows = await execute<PromptRow>(sql`
    with p as (
      update prompts set ${sql.join([sql`id = id`, ...sets], sql`, `)}
      where id = ${id}::bigint and deleted_at is null
      returning *
    )
    select p.*, ${nextRunAt()} as next_run_at, ${
      modelIds
        ? sql`to_json(${arrayLiteral(modelIds.toSorted((a, b) => a - b))}::bigint[]) as model_ids,
          set_prompt_models(${wanted}::jsonb)`
        : sql`${modelIdsOf(sql`p.id`)} as model_ids`
    }
    from p`);
  return rows[0] ? toView(rows[0]) : null;
}
