import * as z from "zod/mini";
import { callApi } from "@/app/ui/call-api";

const ran = z.object({ created: z.number(), joined: z.number() });

/**
 * Runs questions one after the other, by their ids, until one is refused. Out: how many jobs were made and
 * joined, and why it ended before the last. Those that ran meanwhile are joined when it is tried again.
 */
export async function runQuestions(
  ids: readonly number[],
): Promise<{ created: number; joined: number; refused: string | null }> {
  let [created, joined] = [0, 0];
  for (const id of ids) {
    const answered = await callApi({ method: "POST", path: `/api/prompts/${id}/runs` });
    if (!answered.ok) return { created, joined, refused: answered.refusal.message };
    const run = ran.parse(answered.body);
    created += run.created;
    joined += run.joined;
  }
  return { created, joined, refused: null };
}
