import Form from "next/form";
import Link from "next/link";
import { ButtonLink, buttonClass } from "@/app/ui/button";
import { Popover } from "@/app/ui/popover";
import { Segmented } from "@/app/ui/segmented";
import { addDays } from "@/lib/answers/days";
import { utcDayLabel } from "@/lib/format/times";
import { modelLabel, type NamedModel } from "@/lib/models/model-label";
import { type TrendView, trendQuery } from "./trend-address";

const WINDOWS = [
  { window: 1, text: "1 day" },
  { window: 7, text: "7 days" },
  { window: 28, text: "28 days" },
];

const SPANS = [
  { days: 30, text: "30 days" },
  { days: 60, text: "60 days" },
  { days: 90, text: "90 days" },
  { days: 365, text: "A year" },
];

/** What a trend shows: how much a point pools, which model, which days, drawn or listed. All in the address. */
export function TrendToolbar({
  view,
  models,
  asked,
  base,
  today,
}: {
  view: TrendView;
  models: readonly NamedModel[];
  /** The ids of the models that the question asks now. */
  asked: readonly number[];
  base: string;
  today: string;
}) {
  const to = (change: Partial<TrendView>) => `${base}${trendQuery(view, change)}`;
  const now = new Date(`${today}T00:00:00Z`);
  const offered = models.filter(({ id }) => asked.includes(id) || id === view.modelId);
  const chosen = models.find(({ id }) => id === view.modelId);
  const { from, to: last } = view.range;
  const isTable = view.view === "table";
  return (
    <div className="mb-3 flex flex-wrap items-center gap-2">
      <Segmented
        label="Answers pooled in a point"
        items={WINDOWS.map(({ window, text }) => ({
          href: to({ window }),
          text,
          isChosen: window === view.window,
        }))}
      />
      <Popover className={buttonClass()} button={chosen ? modelLabel(chosen) : "All models"}>
        <Choices
          items={[
            { href: to({ modelId: null }), text: "All models", isChosen: view.modelId === null },
            ...offered.map((model) => ({
              href: to({ modelId: model.id }),
              text: modelLabel(model),
              isChosen: model.id === view.modelId,
            })),
          ]}
        />
      </Popover>
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
      <span className="ml-auto flex gap-2">
        {isTable && (
          <a
            className={buttonClass()}
            href={`${base}/trend.csv${trendQuery(view, { view: "chart" })}`}
          >
            CSV
          </a>
        )}
        <ButtonLink href={to({ view: isTable ? "chart" : "table" })} scroll={false}>
          {isTable ? "Chart" : "Table"}
        </ButtonLink>
      </span>
    </div>
  );
}

function Choices({
  items,
}: {
  items: readonly { href: string; text: string; isChosen: boolean }[];
}) {
  return (
    <ul className="-mx-2 flex flex-col">
      {items.map(({ href, text, isChosen }) => (
        <li key={href}>
          <Link
            href={href}
            scroll={false}
            aria-current={isChosen ? "true" : undefined}
            className={`flex min-h-8 items-center gap-2 rounded-control px-2 wrap-anywhere hover:bg-hover coarse:min-h-11 ${isChosen ? "font-medium" : ""}`}
          >
            {text}
            {isChosen && <span aria-hidden="true">✓</span>}
          </Link>
        </li>
      ))}
    </ul>
  );
}

/** The rest of what the address says, for a form that changes a part of it. */
export function Kept({ view, without }: { view: TrendView; without: readonly string[] }) {
  const kept = [...new URLSearchParams(trendQuery(view))].filter(
    ([name]) => !without.includes(name),
  );
  return kept.map(([name, value]) => (
    <input key={`${name} ${value}`} type="hidden" name={name} value={value} />
  ));
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
