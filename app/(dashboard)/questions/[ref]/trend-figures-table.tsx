import Link from "next/link";
import { Cell, Head, Row, Table } from "@/app/ui/table";
import type { Point } from "@/lib/charts/trend-data";
import type { TrendTable } from "@/lib/charts/trend-table";
import { percent, percentRange, wholeNumber } from "@/lib/format/figures";
import { utcDayLabel } from "@/lib/format/times";

const [SM, LG, XL] = [{ from: "sm" }, { from: "lg" }, { from: "xl" }] as const;

/** On narrow pages only the first names have room. */
const FROM = [{}, {}, SM, LG, LG, XL, XL, XL] as const;

/** A trend's figures, day by day: what the chart draws, in words. */
export function TrendFiguresTable({
  table: { names, rows },
  answers,
  today,
}: {
  table: TrendTable;
  /** The page of a day's answers, up to the day itself. */
  answers: string;
  today: string;
}) {
  const now = new Date(`${today}T00:00:00Z`);
  return (
    <>
      <Table caption="Share of answers that name each, by UTC day, with the 95% interval">
        <thead>
          <tr>
            <Head>Day, UTC</Head>
            <Head isNumber from="sm">
              Answers
            </Head>
            {names.map(({ id, name }, place) => (
              <Head key={id} isNumber {...FROM[place]}>
                <span className="wrap-anywhere">{name}</span>
              </Head>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(({ day, n, points, notes }) => (
            <Row key={day} isOff={n === null}>
              <Cell>
                {n === null ? (
                  utcDayLabel(day, now)
                ) : (
                  <Link href={`${answers}${day}`} className="underline underline-offset-2">
                    {utcDayLabel(day, now)}
                  </Link>
                )}
                {notes.map((note) => (
                  <span key={note} className="block text-caption text-ink-2 wrap-anywhere">
                    {note}
                  </span>
                ))}
              </Cell>
              <Cell isNumber from="sm">
                {n === null ? "—" : wholeNumber(n)}
              </Cell>
              {points.map((point, place) => (
                <Cell key={names[place]?.id} isNumber {...FROM[place]}>
                  <Figure point={point} />
                </Cell>
              ))}
            </Row>
          ))}
        </tbody>
      </Table>
      <p className="mt-3 text-caption text-ink-2">
        k of n answers and the 95% interval. Grey: fewer than 20 answers, too few to compare.
        <span className="sm:hidden"> More names stand in the CSV and on a wider screen.</span>
      </p>
    </>
  );
}

function Figure({ point }: { point: Point | null }) {
  if (!point) return <span className="text-ink-3">—</span>;
  const { k, n, share, low, high, enough } = point;
  return (
    <span className={`inline-block whitespace-nowrap ${enough ? "" : "text-ink-3"}`}>
      {percent(share)}{" "}
      <span className={enough ? "text-ink-2" : ""}>
        {wholeNumber(k)} of {wholeNumber(n)}
      </span>
      <span className="block text-caption text-ink-3">{percentRange(low, high)}</span>
    </span>
  );
}
