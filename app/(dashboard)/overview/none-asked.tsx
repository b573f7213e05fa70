import type { PromptSummary } from "@/db/prompt-queries";
import { counted } from "@/lib/format/figures";
import { relativeTime } from "@/lib/format/times";
import { ButtonLink } from "../../ui/button";
import { CallButton } from "../../ui/call-button";
import { Empty } from "../../ui/empty";

/** Before the first batch: when it will start, and how not to wait for it. */
export function NoneAsked({
  asked: { prompts, nextRunAt, runnableId },
  timeZone,
  now,
}: {
  asked: PromptSummary;
  timeZone: string;
  now: Date;
}) {
  return (
    <Empty
      action={
        runnableId === null ? (
          <ButtonLink href="/questions">See the questions</ButtonLink>
        ) : (
          <CallButton
            kind="primary"
            call={{ method: "POST", path: `/api/prompts/${runnableId}/runs` }}
            busy="Starting…"
          >
            Run one now
          </CallButton>
        )
      }
    >
      {counted(prompts, "question")}, none asked yet. {whenNext(nextRunAt, timeZone, now)}
    </Empty>
  );
}

function whenNext(nextRunAt: Date | null, timeZone: string, now: Date): string {
  if (nextRunAt === null) return "None of them is asked by itself.";
  if (nextRunAt <= now) return "The first batch starts as soon as the cron calls /api/cron.";
  return `The first batch starts ${relativeTime(nextRunAt, timeZone, now)}.`;
}
