import { BreakFlags } from "@/app/ui/chart/break-flags";
import { CoverageStrip } from "@/app/ui/chart/coverage-strip";
import { TrendAxes } from "@/app/ui/chart/trend-axes";
import { TrendExplorer } from "@/app/ui/chart/trend-explorer";
import { TrendSvg } from "@/app/ui/chart/trend-svg";
import { changeOf } from "@/lib/charts/change";
import { coverageCells, coverageOf, coverageSentence } from "@/lib/charts/coverage";
import { isAskedDaily } from "@/lib/charts/runs";
import { utcDayLabel } from "@/lib/format/times";
import type { NamedModel } from "@/lib/models/model-label";
import { breakSentences } from "./break-sentences";
import { NameChooser } from "./name-chooser";
import type { Question } from "./question";
import type { QuestionTrend } from "./read-trend";
import type { TrendView } from "./trend-address";
import { sayVerdict } from "./verdict-line";

/** The chart of a question's trend with all that is read from it. */
export function TrendFigure({
  question,
  found,
  view,
  models,
  base,
  answers,
  today,
}: {
  question: Question;
  found: QuestionTrend;
  view: TrendView;
  models: readonly NamedModel[];
  base: string;
  /** The page of a day's answers, up to the day itself. */
  answers: string;
  today: string;
}) {
  const { trend, days, lines, chart, changes } = found;
  const now = new Date(`${today}T00:00:00Z`);
  const { claim, grounds } = sayVerdict({ question, found, view, today });
  const counted = coverageOf(trend.coverage);
  const cells = coverageCells(days, trend.coverage, {
    isDaily: isAskedDaily(question.frequency),
    today,
  });
  const sentences = breakSentences(changes, models, today);
  const leaders = trend.leader.entityIds;
  if (lines.length === 0) {
    return (
      <div className="border-t py-8">
        <p className="mb-2 text-ink-2">
          {trend.leader.date === null
            ? "No answers on these days."
            : "No answer of these days names anything."}
        </p>
        <p className="mb-1 text-caption text-ink-2 tabular-nums">{coverageSentence(counted)}</p>
        <CoverageStrip cells={cells} />
      </div>
    );
  }
  return (
    <TrendExplorer
      days={days}
      n={days.map((_, index) => lines[0]?.points[index]?.n ?? null)}
      lines={lines.map(({ id, name, slot, points }) => ({
        ...{ id, name, slot },
        k: points.map((point) => point?.k ?? 0),
        change: changeOf(trend.changes.find(({ entityId }) => entityId === id)),
      }))}
      leaders={leaders}
      top={chart.top}
      window={view.window}
      answers={answers}
      today={today}
      entityCount={trend.entityCount}
      svg={<TrendSvg chart={chart} label={`${claim} ${grounds}`} leaders={leaders} />}
      flags={
        <BreakFlags
          flags={chart.breaks.map(({ day, x, level }) => ({
            ...{ day, x, level, label: utcDayLabel(day, now) },
            reasons: sentences.filter((at) => at.day === day).map(({ sentence }) => sentence),
          }))}
        />
      }
      axis={<TrendAxes chart={chart} now={now} />}
      coverage={
        <p className="mt-2 -ml-10 text-caption text-ink-2 tabular-nums">
          {coverageSentence(counted)}
        </p>
      }
      strip={<CoverageStrip cells={cells} />}
      names={
        <NameChooser
          view={view}
          base={base}
          order={found.order}
          drawn={lines.map(({ id }) => id)}
        />
      }
    />
  );
}
