import Form from "next/form";
import Link from "next/link";
import { buttonClass } from "@/app/ui/button";
import { Checkbox } from "@/app/ui/field";
import { Share } from "@/app/ui/share";
import { MOST_LINES } from "@/lib/charts/slots";
import { Kept } from "./kept";
import type { QuestionTrend } from "./read-trend";
import { type TrendView, trendQuery } from "./trend-address";

/** Picks which names are drawn. */
export function NameChooser({
  view,
  base,
  order,
  drawn,
}: {
  view: TrendView;
  base: string;
  order: QuestionTrend["order"];
  drawn: readonly number[];
}) {
  if (order.length <= 1) return null;
  return (
    <details className="mt-2 text-small">
      <summary className="inline-flex min-h-6 cursor-pointer items-center text-ink-2 underline underline-offset-2 hover:text-ink coarse:min-h-11">
        Choose names
      </summary>
      <Form action={base} scroll={false} className="mt-2">
        <Kept view={view} without={["name"]} />
        <p className="text-caption text-ink-2">The first {MOST_LINES} that you pick are drawn.</p>
        <ul className="my-2 max-h-64 overflow-y-auto border-y py-1">
          {order.map(({ entity, points }) => {
            const last = points.at(-1);
            return (
              <li key={entity.id} className="flex items-center justify-between gap-3 px-1">
                <Checkbox
                  label={<span className="wrap-anywhere">{entity.name}</span>}
                  name="name"
                  value={entity.id}
                  defaultChecked={drawn.includes(entity.id)}
                />
                {last && <Share k={last.k} n={last.n} />}
              </li>
            );
          })}
        </ul>
        <span className="flex gap-2">
          <button type="submit" className={buttonClass()}>
            Draw these
          </button>
          {view.names.length > 0 && (
            <Link
              href={`${base}${trendQuery(view, { names: [] })}`}
              scroll={false}
              className={buttonClass()}
            >
              The most named
            </Link>
          )}
        </span>
      </Form>
    </details>
  );
}
