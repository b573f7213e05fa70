import Link from "next/link";
import type { ReactNode } from "react";
import type { JobSurroundings } from "@/db/job-page-queries";
import type { JobDetail } from "@/db/job-queries";
import { usd, wholeNumber } from "@/lib/format/figures";
import { Time } from "../../../ui/time";

/** The rest of what is stored: ids, tokens, what the provider said. */
export function Facts({
  job,
  surroundings: { response },
  reader,
}: {
  job: JobDetail;
  surroundings: JobSurroundings;
  reader: { timeZone: string; now: Date };
}) {
  const last = job.attempts.at(-1);
  const settings = Object.entries(response?.settings ?? {});
  const time = (at: Date | null) => at && <Time at={at} {...reader} />;
  const link = "wrap-anywhere font-mono text-caption underline underline-offset-2";
  return (
    <section aria-labelledby="facts" className="border-t py-6">
      <h2 id="facts" className="mb-3 font-semibold text-body">
        Facts
      </h2>
      <dl className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-4 gap-y-1 text-small max-sm:grid-cols-1 max-sm:gap-y-0">
        <Fact name="Question">
          <Link href={`/questions/${job.prompt.slug}`} className={link}>
            {job.prompt.slug}
          </Link>
        </Fact>
        <Fact name="Question id">{job.promptId}</Fact>
        <Fact name="Question version">{response?.promptVersion}</Fact>
        <Fact name="Batch">
          <Link href={`/batches/${encodeURIComponent(job.batchKey)}`} className={link}>
            {job.batchKey}
          </Link>
        </Fact>
        <Fact name="Model">
          <Code>{`${job.model.provider}/${job.model.name}`}</Code>
        </Fact>
        <Fact name="Returned model">
          {last?.returnedModel && <Code>{last.returnedModel}</Code>}
        </Fact>
        <Fact name="Settings">
          {settings.length > 0 && (
            <Code>{settings.map(([name, value]) => `${name} ${String(value)}`).join(", ")}</Code>
          )}
        </Fact>
        <Fact name="Request id">
          {last?.providerRequestId && <Code>{last.providerRequestId}</Code>}
        </Fact>
        <Fact name="Tokens in">{last && tokensIn(last)}</Fact>
        <Fact name="Tokens out">{known(last?.outputTokens)}</Fact>
        <Fact name="Cost">{costOf(job)}</Fact>
        <Fact name="Created">{time(job.createdAt)}</Fact>
        <Fact name="Finished">{time(job.finishedAt)}</Fact>
        <Fact name="Version of the row">{job.version}</Fact>
        <Fact name="Reference">{job.reference && <Code>{job.reference}</Code>}</Fact>
      </dl>
    </section>
  );
}

/** Nothing where no call can have cost anything. */
function costOf({ costUsd, status, attempts }: JobDetail): string | null {
  if (costUsd !== null) return usd(costUsd);
  if (status === "succeeded") return "— no price";
  return attempts.some((attempt) => attempt.mayHaveBeenPaid) ? "— unknown" : null;
}

/** A fact that isn't known isn't listed. */
function Fact({ name, children }: { name: string; children: ReactNode }) {
  if (children === null || children === undefined || children === false || children === "")
    return null;
  return (
    <>
      <dt className="text-ink-2">{name}</dt>
      <dd className="wrap-anywhere min-w-0 tabular-nums max-sm:mb-2">{children}</dd>
    </>
  );
}

function Code({ children }: { children: string }) {
  return <span className="wrap-anywhere font-mono text-caption">{children}</span>;
}

function known(tokens: number | null | undefined): string | null {
  return tokens === null || tokens === undefined ? null : wholeNumber(tokens);
}

function tokensIn(attempt: JobDetail["attempts"][number]): string | null {
  const { inputTokens, cachedInputTokens } = attempt;
  if (inputTokens === null) return null;
  const cached = cachedInputTokens ? `, ${wholeNumber(cachedInputTokens)} of them cached` : "";
  return `${wholeNumber(inputTokens)}${cached}`;
}
