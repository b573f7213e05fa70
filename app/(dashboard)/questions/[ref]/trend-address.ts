import { z } from "zod";
import { addDays } from "@/lib/answers/days";
import { MOST_LINES } from "@/lib/charts/slots";
import { day, idText } from "@/lib/http/inputs";

/** Days that a trend shows where nobody says. */
const USUAL_DAYS = 60;

const MOST_DAYS = 1_100;

const one = z.union([z.string(), z.array(z.string()).transform(([first]) => first)]);
const many = z.union([z.string().transform((text) => [text]), z.array(z.string())]);

/** What an address says that it can't mean counts as not said: a link may be old, or cut short. */
const address = z.object({
  window: one
    .pipe(z.enum(["1", "7", "28"]))
    .catch("7")
    .transform(Number),
  model: one.pipe(idText).nullable().catch(null),
  from: one.pipe(day).nullable().catch(null),
  to: one.pipe(day).nullable().catch(null),
  view: one.pipe(z.enum(["chart", "table"])).catch("chart"),
  name: many
    .pipe(z.array(idText))
    .transform((ids) => [...new Set(ids)].slice(0, MOST_LINES))
    .catch([]),
});

export type SearchParams = Record<string, string | string[] | undefined>;

/** What a trend shows, as its address says: days and the names that were picked, if any. */
export type TrendView = {
  window: number;
  modelId: number | null;
  range: { from: string; to: string };
  /** The range was chosen, and isn't the usual one. */
  isRangeChosen: boolean;
  view: "chart" | "table";
  names: number[];
};

/** `today` is the present UTC day. */
export function trendView(params: SearchParams, today: string): TrendView {
  const { window, model, from, to, view, name } = address.parse(params);
  const last = to ?? today;
  const usual = addDays(last, 1 - USUAL_DAYS);
  const first = from !== null && from <= last ? from : usual;
  const longest = addDays(last, 1 - MOST_DAYS);
  return {
    ...{ window, modelId: model, view, names: name },
    range: { from: first < longest ? longest : first, to: last },
    isRangeChosen: from !== null || to !== null,
  };
}

type Change = Partial<TrendView>;

/** The query of a trend that is the same but for what changes; "" or "?…". */
export function trendQuery(now: TrendView, change: Change = {}): string {
  const next = { ...now, ...change };
  const query = new URLSearchParams();
  if (next.window !== 7) query.set("window", String(next.window));
  if (next.modelId !== null) query.set("model", String(next.modelId));
  if (next.isRangeChosen) {
    query.set("from", next.range.from);
    query.set("to", next.range.to);
  }
  for (const name of next.names) query.append("name", String(name));
  if (next.view !== "chart") query.set("view", next.view);
  const text = query.toString();
  return text === "" ? "" : `?${text}`;
}
