import Link from "next/link";
import { Share } from "@/app/ui/share";
import { SimulatedTag } from "@/app/ui/simulated-tag";
import { Cell, Head, Row, Table } from "@/app/ui/table";
import { Whisker } from "@/app/ui/whisker";
import { ENOUGH_ANSWERS } from "@/lib/answers/statistics/share";
import { percent, percentRange, usd, wholeNumber } from "@/lib/format/figures";
import { utcDayLabel } from "@/lib/format/times";
import { modelLabel } from "@/lib/models/model-label";
import type { Comparison } from "../agreement";

type Compared = Comparison["models"][number];

/** What each model answers: its leader, how often it names anything, how far its runs agree, its cost. */
export function ModelsTable({
  comparison: { models },
  base,
  today,
}: {
  comparison: Comparison;
  base: string;
  today: string;
}) {
  const now = new Date(`${today}T00:00:00Z`);
  if (models.length === 0) {
    return <p className="border-t py-8 text-ink-2">No model was asked on these days.</p>;
  }
  return (
    <section aria-label="Models side by side">
      <Table caption="Models side by side">
        <thead>
          <tr>
            <Head>Model</Head>
            <Head>Leader</Head>
            <Head isNumber from="lg">
              Named
            </Head>
            <Head isNumber from="lg">
              None
            </Head>
            <Head isNumber from="lg">
              Refused
            </Head>
            <Head isNumber from="xl">
              Failed
            </Head>
            <Head isNumber from="sm">
              Agreement
            </Head>
            <Head isNumber from="sm">
              n
            </Head>
            <Head isNumber from="xl">
              $
            </Head>
          </tr>
        </thead>
        <tbody>
          {models.map((compared) => (
            <Row key={compared.model.id}>
              <Cell>
                <Link
                  href={`${base}?model=${compared.model.id}`}
                  className="underline underline-offset-2 wrap-anywhere"
                >
                  {modelLabel(compared.model)}
                </Link>{" "}
                {compared.simulated && <SimulatedTag />}
                {compared.since && (
                  <span className="block text-caption text-ink-2">
                    since {utcDayLabel(compared.since, now)}
                    <span className="sm:hidden">, {wholeNumber(compared.n)} answers</span>
                  </span>
                )}
              </Cell>
              <Cell>
                <Leader compared={compared} />
              </Cell>
              <Cell isNumber from="lg">
                {wholeNumber(compared.named)}
              </Cell>
              <Cell isNumber from="lg">
                {wholeNumber(compared.none)}
              </Cell>
              <Cell isNumber from="lg">
                {wholeNumber(compared.refused)}
              </Cell>
              <Cell isNumber from="xl">
                {wholeNumber(compared.failed - compared.refused)}
              </Cell>
              <Cell isNumber from="sm">
                {compared.agreement ? (
                  <>
                    {percent(compared.agreement.pairAgreement)}
                    <span className="block text-caption text-ink-2">
                      of {wholeNumber(compared.agreement.pairs)} pairs
                    </span>
                  </>
                ) : (
                  "—"
                )}
              </Cell>
              <Cell isNumber from="sm">
                {wholeNumber(compared.n)}
              </Cell>
              <Cell isNumber from="xl">
                {compared.costUsd === null ? "no price" : usd(compared.costUsd)}
              </Cell>
            </Row>
          ))}
        </tbody>
      </Table>
      <p className="mt-3 text-caption text-ink-2">
        A model is counted since its last change; refused, failed and $ are of all jobs of these
        days.
      </p>
    </section>
  );
}

function Leader({ compared: { leader, entities, n } }: { compared: Compared }) {
  const first = entities.find(({ entity }) => entity.id === leader.entityIds[0]) ?? entities[0];
  if (!first) return <span className="text-ink-3">names nothing</span>;
  const enough = n >= ENOUGH_ANSWERS;
  const tied = leader.entityIds.length - 1;
  return (
    <span className="grid max-w-[360px] gap-x-4 sm:grid-cols-[minmax(0,1fr)_auto]">
      <span className="min-w-0 wrap-anywhere">
        <span className={leader.status === "leader" ? "font-semibold" : ""}>
          {first.entity.name}
        </span>
        <span className="text-ink-2">
          {leader.status === "tied" && tied > 0 && ` and ${wholeNumber(tied)} more tied`}
          {!enough && " (too few answers)"}
        </span>
      </span>
      <Share k={first.k} n={first.n} />
      <span className="col-span-full flex items-center gap-3">
        <span className="w-full max-w-[200px]">
          <Whisker interval={{ ...first, enough }} />
        </span>
        <span className="text-caption text-ink-2 tabular-nums">
          {percentRange(first.low, first.high)}
        </span>
      </span>
    </span>
  );
}
