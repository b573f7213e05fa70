import Link from "next/link";
import { type Ailment, ailmentsOf } from "@/lib/format/health";
import { clock } from "@/lib/format/times";
import type { readQueueStats } from "@/lib/jobs/queue-stats";
import { CallButton } from "../../ui/call-button";
import { CopyLine } from "../../ui/copy-line";
import { Notice } from "../../ui/notice";

type Props = {
  stats: Awaited<ReturnType<typeof readQueueStats>>;
  isAdmin: boolean;
  timeZone: string;
  /** How many jobs wait for each provider that is held back, where that is known. */
  held?: ReadonlyMap<string, number>;
};

/** What is wrong with the queue and the one thing to do about it; nothing where all is well. */
export function Health({ stats, isAdmin, timeZone, held }: Props) {
  return ailmentsOf(stats, held).map((ailment) => (
    <Notice key={ailment.title} kind={ailment.kind === "stalled" ? "error" : "warning"}>
      <p>
        <strong className="font-semibold">{ailment.title}</strong> {ailment.text}
        {ailment.kind === "stalled" && stats.lastSweep && (
          <> The last sweep was at {clock(stats.lastSweep, timeZone)}.</>
        )}
        {ailment.kind === "account" && ailment.nextProbeAt && (
          <> Next try {clock(ailment.nextProbeAt, timeZone)}.</>
        )}
      </p>
      <div className="mt-2">
        <Remedy ailment={ailment} isAdmin={isAdmin} />
      </div>
    </Notice>
  ));
}

function Remedy({ ailment, isAdmin }: { ailment: Ailment; isAdmin: boolean }) {
  if (ailment.kind === "failing") {
    return (
      <Link href="/jobs?status=failed" className="underline underline-offset-2">
        Failed jobs
      </Link>
    );
  }
  if (ailment.kind === "stalled") {
    return isAdmin ? (
      <CallButton call={{ method: "GET", path: "/api/cron/sweep" }} busy="Sweeping…">
        Sweep now
      </CallButton>
    ) : (
      <CopyLine
        text={`curl -H "Authorization: Bearer $CRON_SECRET" "$APP_URL/api/cron/sweep"`}
        label="Copy the command"
      />
    );
  }
  const { provider } = ailment;
  return (
    isAdmin && (
      <CallButton
        call={{ method: "POST", path: "/api/jobs/queue/pause", body: { provider } }}
        busy="Pausing…"
      >
        {`Pause ${provider}`}
      </CallButton>
    )
  );
}
