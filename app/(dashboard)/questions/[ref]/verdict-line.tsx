import { ButtonLink } from "@/app/ui/button";
import { verdictOf } from "@/lib/charts/verdict";
import { utcDayLabel } from "@/lib/format/times";
import type { Question } from "./question";
import type { QuestionTrend } from "./read-trend";

type Props = { question: Question; found: QuestionTrend; today: string };

/** In: a trend. Out: what it says, in the guide's words. */
export function sayVerdict({ question, found: { trend }, today }: Props) {
  const { date } = trend.leader;
  const lastPlanned = trend.coverage.at(-1)?.planned ?? 0;
  const isScheduled = question.active && ["hourly", "daily"].includes(question.frequency);
  return verdictOf({
    trend,
    dayLabel: date === null ? "" : utcDayLabel(date, new Date(`${today}T00:00:00Z`)),
    answersPerDay: isScheduled ? lastPlanned : null,
  });
}

/** The sentence that stands over the chart, always; with too few answers, the way to more. */
export function VerdictLine({ base, ...props }: Props & { base: string }) {
  const { claim, grounds } = sayVerdict(props);
  return (
    <div className="mb-4">
      <p className="max-w-[68ch] text-verdict wrap-anywhere">
        <strong className="font-semibold">{claim}</strong> {grounds}
      </p>
      {props.found.trend.leader.status === "not_enough" && (
        <p className="mt-3">
          <ButtonLink href={`${base}/edit`}>Add runs</ButtonLink>
        </p>
      )}
    </div>
  );
}
