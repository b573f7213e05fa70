import Link from "next/link";
import { Fragment } from "react";
import { Time } from "@/app/ui/time";
import { highlight } from "@/lib/answers/highlight";
import type { StoredResponse } from "@/lib/answers/responses";
import { usd, wholeNumber } from "@/lib/format/figures";
import { exactDuration } from "@/lib/format/times";
import { modelLabel, type NamedModel } from "@/lib/models/model-label";

/** More of a reply than that is on its job's page. */
const RAW_CHARS_SHOWN = 4_000;

const LINK = "underline underline-offset-2 hover:text-ink";

/** One answer: whose, what it names, its text; opened, all there is about it. */
export function AnswerRow({
  response,
  model,
  timeZone,
  now,
  here,
}: {
  response: StoredResponse;
  model: NamedModel | undefined;
  timeZone: string;
  now: Date;
  here: string;
}) {
  const { answer, entities, modelId, runIndex, answeredAt } = response;
  const pieces = highlight(
    answer,
    entities.map(({ writtenAs }) => writtenAs),
  );
  return (
    <li className="grid gap-x-6 gap-y-1 border-b py-3 text-small lg:grid-cols-[200px_minmax(0,1fr)]">
      <p className="wrap-anywhere">
        <span className="font-medium">{model ? modelLabel(model) : `model ${modelId}`}</span> run{" "}
        <span className="tabular-nums">{runIndex + 1}</span>
        <span className="text-caption text-ink-2 max-lg:before:content-['_·_'] lg:block">
          <Time at={answeredAt} timeZone={timeZone} now={now} />
        </span>
      </p>
      <div className="min-w-0">
        <Names entities={entities} here={here} />
        <details className="group mt-1">
          <summary className="cursor-pointer list-none rounded-bar text-ink-2 wrap-anywhere hover:text-ink [&::-webkit-details-marker]:hidden">
            <span className="line-clamp-2 max-w-[80ch] whitespace-pre-line group-open:line-clamp-none">
              <span aria-hidden="true" className="mr-1 inline-block group-open:rotate-90">
                ▸
              </span>
              {pieces.map(({ text, named }, place) =>
                named ? (
                  // biome-ignore lint/suspicious/noArrayIndexKey: pieces of one text have only their place
                  <mark key={place} className="rounded-bar bg-line px-0.5 text-ink">
                    {text}
                  </mark>
                ) : (
                  // biome-ignore lint/suspicious/noArrayIndexKey: pieces of one text have only their place
                  <Fragment key={place}>{text}</Fragment>
                ),
              )}
            </span>
          </summary>
          <Facts response={response} />
        </details>
      </div>
    </li>
  );
}

function Names({ entities, here }: { entities: StoredResponse["entities"]; here: string }) {
  if (entities.length === 0) return <p className="text-ink-2">Names nothing</p>;
  return (
    <ul className="flex flex-wrap gap-x-3 gap-y-1">
      {entities.map(({ id, name, rank, writtenAs, ignored }) => (
        <li key={rank} className="wrap-anywhere">
          <Link href={`${here}?named=${id}`} className={`font-medium ${LINK}`}>
            {name}
          </Link>
          <span className="text-caption text-ink-2">
            {writtenAs !== name && ` written “${writtenAs}”`}
            {ignored && " ignored"}
          </span>
        </li>
      ))}
    </ul>
  );
}

function Facts({ response }: { response: StoredResponse }) {
  const { returnedModel, inputTokens, outputTokens, costUsd, latencyMs, rawText } = response;
  const { jobId, promptVersion, instructionsVersion, batchKey, attempt } = response;
  const tokens = (n: number | null) => (n === null ? "unknown" : wholeNumber(n));
  const facts = [
    ["Answered as", returnedModel ?? "not said"],
    ["Tokens", `${tokens(inputTokens)} in, ${tokens(outputTokens)} out`],
    ["Cost", costUsd === null ? "— (no price)" : usd(costUsd)],
    ["Took", exactDuration(latencyMs)],
    ["Batch", batchKey],
    ["Attempt", String(attempt)],
    ["Question", `version ${promptVersion}`],
    ["Instructions", `version ${instructionsVersion}`],
  ] as const;
  const cut = rawText.slice(0, RAW_CHARS_SHOWN).toWellFormed();
  return (
    <div className="mt-3 max-w-[80ch]">
      <dl className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-4 gap-y-0.5 text-caption sm:grid-cols-[auto_minmax(0,1fr)_auto_minmax(0,1fr)]">
        {facts.map(([term, fact]) => (
          <Fragment key={term}>
            <dt className="text-ink-2">{term}</dt>
            <dd className="tabular-nums wrap-anywhere">{fact}</dd>
          </Fragment>
        ))}
      </dl>
      <h3 className="mt-3 mb-1 text-caption text-ink-2">Raw text</h3>
      <pre className="rounded-tag bg-sunken p-3 font-mono text-caption whitespace-pre-wrap wrap-anywhere">
        {cut}
      </pre>
      <p className="mt-1 text-caption text-ink-2">
        {cut.length < rawText.length &&
          `The first ${wholeNumber(cut.length)} of ${wholeNumber(rawText.length)} characters. `}
        <Link href={`/jobs/${jobId}`} className={`inline-flex min-h-6 items-center ${LINK}`}>
          Job {jobId}
        </Link>
      </p>
    </div>
  );
}
