import { ButtonLink } from "@/app/ui/button";
import { PageHead } from "@/app/ui/page-head";
import { readerTimeZone } from "@/app/ui/reader-time-zone";
import { SimulatedTag } from "@/app/ui/simulated-tag";
import { Tabs } from "@/app/ui/tabs";
import type { Frequency } from "@/db/schema";
import type { Caller } from "@/lib/auth/caller";
import { estimate } from "@/lib/costs/estimate";
import { ApiError } from "@/lib/errors";
import { counted, usd } from "@/lib/format/figures";
import { dateTime } from "@/lib/format/times";
import { readModels } from "@/lib/models/models";
import { RunNow } from "../run-now";
import { type Question, TABS, type TabPath } from "./question";

const OFTEN: Readonly<Record<Frequency, string>> = {
  hourly: "Hourly",
  daily: "Daily",
  weekly: "Weekly",
  monthly: "Monthly",
  once: "Once",
  manual: "Only when run by hand",
};

/** A question's name, how it is asked and what that costs, and its tabs. */
export async function QuestionHead({
  question,
  caller,
  base,
  tab,
}: {
  question: Question;
  caller: Caller;
  base: string;
  tab: TabPath;
}) {
  const [timeZone, models, costs] = await Promise.all([
    readerTimeZone(),
    readModels(),
    costsOf(question, caller),
  ]);
  const { frequency, runs, modelIds, active, nextRunAt } = question;
  const asked = models.filter(({ id }) => modelIds.includes(id));
  const now = new Date();
  const perMonth = costs?.costUsdPerMonth ?? null;
  const facts = [
    OFTEN[frequency],
    `${counted(asked.length, "model")} × ${counted(runs, "run")}`,
    active ? null : "off",
    nextRunAt && (nextRunAt <= now ? "due now" : `next run ${dateTime(nextRunAt, timeZone, now)}`),
    perMonth !== null && `${usd(perMonth)} a month`,
    costs && costs.unpricedModelIds.length > 0
      ? `${counted(costs.unpricedModelIds.length, "model")} with no price`
      : null,
  ].filter(Boolean);
  return (
    <>
      <PageHead
        title={question.question}
        trail={{ href: "/questions", label: "Questions" }}
        here={question.slug}
        facts={
          <>
            {facts.join(", ")}
            {asked.some(({ provider }) => provider === "simulated") && (
              <>
                {" "}
                <SimulatedTag />
              </>
            )}
          </>
        }
        actions={
          <>
            <ButtonLink href={`${base}/edit`} data-key="e">
              Edit
            </ButtonLink>
            {active && <RunNow slug={String(question.id)} />}
          </>
        }
      />
      <Tabs
        label="Parts of this question"
        items={TABS.map(({ path, label }) => ({
          href: `${base}${path}`,
          text: label,
          isChosen: path === tab,
        }))}
      />
    </>
  );
}

/** Null where none of its models is on: then it costs nothing, and asks nothing. */
async function costsOf({ id }: Question, caller: Caller) {
  try {
    return await estimate({ promptId: id }, caller);
  } catch (error) {
    if (error instanceof ApiError) return null;
    throw error;
  }
}
