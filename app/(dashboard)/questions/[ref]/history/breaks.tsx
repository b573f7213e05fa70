import Link from "next/link";
import type { Change } from "@/db/history-queries";
import { beforeOf, changeSentence } from "@/lib/charts/change-sentence";
import type { NamedModel } from "@/lib/models/model-label";

/** Since when which model's answers are to something else, newest first. */
export function Breaks({
  changes,
  models,
  base,
  now,
}: {
  changes: readonly Change[];
  models: readonly NamedModel[];
  base: string;
  now: Date;
}) {
  return (
    <section className="mt-12">
      <h2 className="mb-1 font-semibold text-verdict">Breaks</h2>
      <p className="mb-2 max-w-[68ch] text-ink-2 text-small">
        {changes.length === 0
          ? "Nothing changed: all answers can be compared."
          : "From each of these days on, a model's answers are to something else. No line joins across."}
      </p>
      {changes.length > 0 && (
        <ol className="border-t">
          {changes.map((change) => (
            <li
              key={`${change.date} ${change.modelId} ${change.reason}`}
              className="flex flex-wrap items-baseline gap-x-4 border-b py-2 text-small"
            >
              <span className="min-w-0 flex-1 wrap-anywhere">
                {changeSentence(change, models, now)}
                <span className="block text-caption text-ink-2">{beforeOf(change)}</span>
              </span>
              <Link
                href={`${base}/answers?day=${change.date}&model=${change.modelId}`}
                className="inline-flex min-h-6 items-center underline underline-offset-2"
              >
                Answers of that day
              </Link>
            </li>
          ))}
        </ol>
      )}
    </section>
  );
}
