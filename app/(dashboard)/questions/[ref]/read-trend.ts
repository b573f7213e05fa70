import { listChanges } from "@/db/history-queries";
import { listMostNamed } from "@/db/trend-queries";
import { addDays } from "@/lib/answers/days";
import { readTrendAndDays, type Trend } from "@/lib/answers/trend";
import type { Caller } from "@/lib/auth/caller";
import { mostDaysApart } from "@/lib/charts/runs";
import { MOST_LINES, slotsOf } from "@/lib/charts/slots";
import { trendChart } from "@/lib/charts/trend-chart";
import { daysOf, linesOf, ranked } from "@/lib/charts/trend-data";
import type { Question } from "./question";
import type { TrendView } from "./trend-address";

/** Names that are drawn where none were picked. */
const USUAL_LINES = 5;

/** Everything that a question's trend shows, whether drawn, listed or saved. */
export async function readQuestionTrend(
  question: Question,
  view: TrendView,
  caller: Caller,
  today: string,
) {
  const { range, window, modelId } = view;
  const [{ trend, days: single }, mostNamed, allChanges] = await Promise.all([
    readTrendAndDays(question.id, { range, window, modelId }, caller),
    listMostNamed(question.id, MOST_LINES),
    listChanges(question.id),
  ]);
  const shown = view.isRangeChosen ? range : { ...range, from: firstDayOf(trend, range) };
  const days = daysOf(shown);
  const order = ranked(trend.series);
  const ids = order.map(({ entity }) => entity.id);
  const picked = ids.filter((id) => view.names.includes(id));
  const drawn = picked.length > 0 ? picked : ids.slice(0, USUAL_LINES);
  const slots = slotsOf(
    mostNamed.map(({ id }) => id),
    drawn,
  );
  const lines = linesOf(days, { series: trend.series, single }, drawn, slots);
  const ofThese = new Set(
    trend.breaks.map(({ date, modelId: of, reason }) => `${date} ${of} ${reason}`),
  );
  const changes = allChanges.filter(({ date, modelId: of, reason }) =>
    ofThese.has(`${date} ${of} ${reason}`),
  );
  const last = trend.coverage.find(({ date }) => date === today);
  const isFilling =
    trend.leader.date === today && last !== undefined && last.answered + last.failed < last.planned;
  const chart = trendChart({
    ...{ days, lines, today, isFilling },
    breakDays: trend.breaks.map(({ date }) => date),
    mostApart: mostDaysApart(question.frequency),
  });
  return { trend, range: shown, days, order, lines, changes, chart };
}

/** Fewer days are no trend to look at. */
const FEWEST_DAYS = 14;

/** Where nobody chose, the days begin with the first that has something, if they are enough then. */
function firstDayOf({ series, coverage }: Trend, { from, to }: TrendView["range"]): string {
  const starts = [coverage[0]?.date, series[0]?.points[0]?.date, addDays(to, 1 - FEWEST_DAYS)];
  const first = starts.filter((day) => day !== undefined).sort()[0] ?? from;
  return first > from ? first : from;
}

export type QuestionTrend = Awaited<ReturnType<typeof readQuestionTrend>>;
