import Form from "next/form";
import { buttonClass } from "@/app/ui/button";
import { Popover } from "@/app/ui/popover";
import { addDays } from "@/lib/answers/days";
import { utcDayLabel } from "@/lib/format/times";
import { Choices } from "./choices";
import { Kept } from "./kept";
import { type TrendView, trendQuery } from "./trend-address";

const SPANS = [
  { days: 30, text: "30 days" },
  { days: 60, text: "60 days" },
  { days: 90, text: "90 days" },
  { days: 365, text: "A year" },
];

/** Which UTC days: some spans up to today, or any two. */
export function RangePicker({
  view,
  base,
  today,
}: {
  view: TrendView;
  base: string;
  today: string;
}) {
  const to = (change: Partial<TrendView>) => `${base}${trendQuery(view, change)}`;
  const now = new Date(`${today}T00:00:00Z`);
  const { from, to: last } = view.range;
  return (
    <Popover
      className={buttonClass()}
      button={`${utcDayLabel(from, now)} – ${utcDayLabel(last, now)}`}
    >
      <Choices
        items={SPANS.map(({ days, text }) => {
          const range = { from: addDays(today, 1 - days), to: today };
          return {
            href: to({ range, isRangeChosen: true }),
            text,
            isChosen: range.from === from && range.to === last,
          };
        })}
      />
      <Form action={base} scroll={false} className="mt-3 flex flex-col gap-2 border-t pt-3">
        <Kept view={view} without={["from", "to"]} />
        <DayInput label="From" name="from" value={from} />
        <DayInput label="To" name="to" value={last} />
        <p className="text-caption text-ink-2">Days in UTC, at most 1,100.</p>
        <button type="submit" className={buttonClass()}>
          Show these days
        </button>
      </Form>
    </Popover>
  );
}

function DayInput({ label, name, value }: { label: string; name: string; value: string }) {
  return (
    <label className="flex items-center justify-between gap-3">
      {label}
      <input
        type="date"
        name={name}
        defaultValue={value}
        required
        className="h-8 rounded-control border border-edge bg-surface px-2 coarse:h-11"
      />
    </label>
  );
}
