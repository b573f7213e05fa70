import { sql } from "drizzle-orm";
import { execute } from "./client";
import { nextRunAt } from "./windows";

/** What there is to ask, of all or of one owner. */
export type PromptSummary = {
  prompts: number;
  /** Models that active prompts ask. */
  models: number;
  /** When the first of the active ones is due; null: none ever is. */
  nextRunAt: Date | null;
  /** The first of them that can be run now; null: none can. */
  runnableId: number | null;
};

/** Counts the prompts that aren't deleted, and looks when the next one is due and which one could be run. */
export async function summarisePrompts(ownerId?: string): Promise<PromptSummary> {
  const [row] = await execute<{
    prompts: number;
    models: number;
    next_run_at: string | null;
    runnable_id: number | null;
  }>(sql`
    select count(*) as prompts, min(${nextRunAt()}) filter (where p.active) as next_run_at,
      (select count(distinct pm.model_id) from prompt_models pm
        join prompts mine on mine.id = pm.prompt_id
        join models m on m.id = pm.model_id and m.active
        where mine.deleted_at is null and mine.active
          and ${ownerId === undefined ? sql`true` : sql`mine.owner_id = ${ownerId}`}) as models,
      min(p.id) filter (where p.active and exists (select from prompt_models pm
        join models m on m.id = pm.model_id and m.active where pm.prompt_id = p.id)) as runnable_id
    from prompts p
    where p.deleted_at is null and ${ownerId === undefined ? sql`true` : sql`p.owner_id = ${ownerId}`}`);
  return {
    prompts: row?.prompts ?? 0,
    models: row?.models ?? 0,
    nextRunAt: row?.next_run_at ? new Date(row.next_run_at) : null,
    runnableId: row?.runnable_id ?? null,
  };
}
