import { ButtonLink } from "@/app/ui/button";
import type { Frequency } from "@/db/schema";
import { verdictOf } from "@/lib/charts/verdict";
import { utcDayLabel } from "@/lib/format/times";
import type { Question } from "./question";
import type { QuestionTrend } from "./read-trend";
import type { TrendView } from "./trend-address";

type Props = { question: Question; found: QuestionTrend; view: TrendView; today: string };

const ROUNDS_A_DAY: Readonly<Record<Frequency, number | null>> = {
  hourly: 24,
  daily: 1,
  weekly: 1 / 7,
  monthly: 1 / 30,
  once: null,
  manual: null,
};

/** In: a trend. Out: what it says, in the guide's words. */
export function sayVerdict({ question, found: { trend }, view, today }: Props) {
  const { date } = trend.leader;
  const { active, frequency, runs, modelIds } = question;
  const rounds = active ? ROUNDS_A_DAY[frequency] : null;
  const models = view.modelId === null ? modelIds : modelIds.filter((id) => id === view.modelId);
  const perDay = rounds === null ? 0 : rounds * runs * models.length;
  return verdictOf({
    trend,
    dayLabel: date === null ? "" : utcDayLabel(date, new Date(`${today}T00:00:00Z`)),
    answersPerDay: perDay > 0 ? perDay : null,
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
