import { sql } from "drizzle-orm";
import { execute } from "./client";
import type { NewPrompt } from "./prompts";

export type ImportedPrompt = Omit<NewPrompt, "active" | "ownerId">;

const OPTIONAL_COLUMNS = ["category", "tags", "frequency", "runs"];

/**
 * Makes those of the owner's prompts that aren't there yet, by slug, and changes the others: one
 * statement, so all or none. No slug may come twice. Another question makes a new version; `active`,
 * and each of the columns above that isn't `given`, keep their values. Returns how many were made and
 * how many were there. An unknown model violates a foreign key.
 */
export async function importPrompts(
  prompts: readonly ImportedPrompt[],
  options: { given: ReadonlySet<string>; ownerId: string | null },
): Promise<{ created: number; updated: number }> {
  const sets = OPTIONAL_COLUMNS.filter((column) => options.given.has(column))
    .map((column) => sql.identifier(column))
    .map((column) => sql`, ${column} = excluded.${column}`);
  const [row] = await execute<{ created: number; updated: number }>(sql`
    with wanted as (
      select nextval(pg_get_serial_sequence('prompts', 'id')) as new_id, slug, question, category,
        tags, frequency, runs, "modelIds" as model_ids
      from json_to_recordset(${JSON.stringify(prompts)}::json) as prompt(slug text, question text,
        category text, tags text[], frequency text, runs int, "modelIds" bigint[])
    ), stored as (
      insert into prompts as p (id, slug, question, category, tags, frequency, runs, owner_id)
      select new_id, slug, question, category, tags, frequency, runs, ${options.ownerId}::text
      from wanted
      -- One order for all, or two imports at once would deadlock.
      order by slug
      on conflict (coalesce(owner_id, ''), slug) where deleted_at is null do update set
        question = excluded.question,
        version = p.version + (p.question <> excluded.question)::int,
        question_changed_at = case when p.question = excluded.question then p.question_changed_at
          else clock_timestamp() end
        ${sql.join(sets)}
      returning id, slug
    )
    select count(*) filter (where id = new_id) as created,
      count(*) filter (where id <> new_id) as updated,
      set_prompt_models(jsonb_agg(jsonb_build_object('promptId', id, 'modelIds', model_ids)))
    from stored join wanted using (slug)`);
  if (!row) throw new Error("importPrompts: an aggregate gave no row");
  return { created: row.created, updated: row.updated };
}
