import { sql } from "drizzle-orm";

// The rules about pauses that several statements share, as SQL over rows named `m` (models),
// `j` (prompt_jobs) and `p` (prompts). The claim's own are in the function waiting_reason.

/** True where the row `pause` holds back the model `m`: its scope is the model, its provider or everything. */
export const pauseHoldsModel = sql`(
  pause.provider is null and pause.model_id is null or pause.provider = m.provider
  or pause.model_id = m.id)`;

/** True where `j` could show at once that its account works again: nothing but the circuit holds it. */
export const canProbe = sql`(
  j.status = 'queued' and j.scheduled_for <= now()
  and m.active and p.active and p.deleted_at is null
  and (m.rate_limited_until is null or m.rate_limited_until <= now())
  and not exists (select from pauses pause where pause.manual and ${pauseHoldsModel}))`;
