import type { JobSurroundings } from "@/db/job-page-queries";
import type { JobResult } from "@/db/job-queries";
import { SimulatedNote } from "../../../ui/simulated-tag";

/** What the model answered, and what the answer names; nothing where there is none. */
export function Answer({
  question,
  result,
  response,
  isSimulated,
}: {
  question: string;
  result: JobResult | null;
  response: JobSurroundings["response"];
  isSimulated: boolean;
}) {
  if (!result || !response) return null;
  return (
    <section aria-labelledby="answer" className="border-t py-6">
      <h2 id="answer" className="mb-3 font-semibold text-body">
        Answer
      </h2>
      <p className="wrap-anywhere mb-3 max-w-[68ch] text-ink-2 text-small">{question}</p>
      <p className="wrap-anywhere max-w-[68ch] whitespace-pre-line text-body">{result.answer}</p>
      <div className="mt-4 mb-4">
        {result.entities.length === 0 ? (
          <p className="text-ink-2 text-small">It names nothing.</p>
        ) : (
          <>
            <h3 className="mb-1 text-caption text-ink-2">Named, best first</h3>
            <ol className="flex max-w-[68ch] flex-wrap gap-x-4 gap-y-1 text-small">
              {result.entities.map(({ rank, name }) => (
                <li key={rank} className="wrap-anywhere">
                  <span className="text-ink-3 tabular-nums">{rank}</span> {name}
                </li>
              ))}
            </ol>
          </>
        )}
      </div>
      {isSimulated ? (
        <SimulatedNote />
      ) : (
        <p className="text-caption text-ink-2">
          API answers; the vendor’s app may answer differently.
        </p>
      )}
      <details className="mt-4">
        <summary className="w-fit cursor-pointer py-0.5 text-small hover:underline hover:underline-offset-2 coarse:py-3">
          Raw text
        </summary>
        <pre className="wrap-anywhere mt-2 max-w-full whitespace-pre-wrap rounded-tag border bg-sunken p-3 font-mono text-caption">
          {response.rawText}
        </pre>
      </details>
    </section>
  );
}
