import { Share } from "@/app/ui/share";
import { Cell, Head, Row, Table } from "@/app/ui/table";
import type { compareModels } from "@/lib/answers/model-comparison";
import { percent, wholeNumber } from "@/lib/format/figures";
import { modelLabel } from "@/lib/models/model-label";

export type Comparison = Awaited<ReturnType<typeof compareModels>>;

/** How far the runs of one question agree with each other, by what they name first. */
export function Agreement({ comparison: { agreement, models } }: { comparison: Comparison }) {
  return (
    <section className="mt-12 max-w-[720px]">
      <h2 className="font-semibold text-verdict">Agreement</h2>
      {agreement === null ? (
        <p className="mt-1 text-ink-2 text-small">
          No batch of these days has two answers of one model, so there is nothing to compare.
        </p>
      ) : (
        <>
          <p className="mt-1 mb-3 text-ink-2 text-small">
            Two runs agree in {percent(agreement.pairAgreement)} of pairs (
            {wholeNumber(Math.round(agreement.pairAgreement * agreement.pairs))} of{" "}
            {wholeNumber(agreement.pairs)}): the same model, asked twice in one batch, names the
            same first.
          </p>
          <Table caption="Agreement of runs, by model">
            <thead>
              <tr>
                <Head>Model</Head>
                <Head isNumber>Pairs that agree</Head>
                <Head isNumber from="sm">
                  Batches
                </Head>
              </tr>
            </thead>
            <tbody>
              {models.map(({ model, agreement: own }) => (
                <Row key={model.id}>
                  <Cell>
                    <span className="wrap-anywhere">{modelLabel(model)}</span>
                  </Cell>
                  <Cell isNumber>
                    {own ? (
                      <Share k={Math.round(own.pairAgreement * own.pairs)} n={own.pairs} />
                    ) : (
                      <span className="text-ink-3">one run a batch</span>
                    )}
                  </Cell>
                  <Cell isNumber from="sm">
                    {own ? wholeNumber(own.batches) : "—"}
                  </Cell>
                </Row>
              ))}
            </tbody>
          </Table>
        </>
      )}
    </section>
  );
}
