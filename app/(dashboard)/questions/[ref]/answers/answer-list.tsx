import type { StoredResponse } from "@/lib/answers/responses";
import { utcDayLabel } from "@/lib/format/times";
import type { NamedModel } from "@/lib/models/model-label";
import { AnswerRow } from "./answer-row";

/** Answers under their UTC days, as they come. */
export function AnswerList({
  responses,
  models,
  timeZone,
  here,
}: {
  responses: readonly StoredResponse[];
  models: readonly NamedModel[];
  timeZone: string;
  /** The page's address without its filters. */
  here: string;
}) {
  const now = new Date();
  const days = Map.groupBy(responses, ({ answeredAt }) => answeredAt.toISOString().slice(0, 10));
  return [...days].map(([day, answers]) => (
    <section key={day} className="mt-4 mb-8">
      <h2 className="border-b pb-2 font-semibold text-small">{utcDayLabel(day, now)}</h2>
      <ol>
        {answers.map((response) => (
          <AnswerRow
            key={response.responseId}
            {...{ response, timeZone, now, here }}
            model={models.find(({ id }) => id === response.modelId)}
          />
        ))}
      </ol>
    </section>
  ));
}
