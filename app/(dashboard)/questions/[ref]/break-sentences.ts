import type { Change } from "@/db/history-queries";
import { changeSentence } from "@/lib/charts/change-sentence";
import type { NamedModel } from "@/lib/models/model-label";

/** In: changes of a question's answers. Out: what each says, and on which day. `today` is a UTC day. */
export function breakSentences(
  changes: readonly Change[],
  models: readonly NamedModel[],
  today: string,
) {
  const now = new Date(`${today}T00:00:00Z`);
  return changes.map((change) => ({
    day: change.date,
    sentence: changeSentence(change, models, now),
  }));
}
