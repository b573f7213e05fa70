import { counted } from "@/lib/format/figures";
import { duration } from "@/lib/format/times";
import { type HeldBack, reasonInBrief } from "@/lib/models/model-state";

type Stats = {
  healthStatus: "healthy" | "degraded" | "stalled";
  queuedJobs: number;
  oldestQueuedSeconds: number;
  throughputPerMinute: number;
  liveStore: string;
  paused: readonly HeldBack[];
};

/** How the queue does, in the one sentence that stands over it, and what to do where it isn't well. */
export function healthInWords(stats: Stats): { sentence: string; advice: string | null } {
  const { healthStatus, queuedJobs, paused } = stats;
  if (healthStatus === "stalled") {
    const standstill = duration(stats.oldestQueuedSeconds * 1_000);
    return {
      sentence: `Nothing has been dispatched for ${standstill}, though ${counted(queuedJobs, "job")} ${queuedJobs === 1 ? "is" : "are"} due.`,
      advice: "Check that a cron calls /api/cron/sweep, or run it now.",
    };
  }
  const isAllPaused = paused.some(
    ({ provider, modelId }) => provider === undefined && modelId === undefined,
  );
  if (isAllPaused) {
    return { sentence: "Everything is paused.", advice: "Queued jobs wait until you resume." };
  }
  if (healthStatus === "degraded") {
    const circuits = paused.filter(({ reason }) => reason !== "manual");
    const refusals = circuits.map(
      ({ provider, reason }) => `${provider} refuses our calls: ${reasonInBrief(reason)}.`,
    );
    return circuits.length > 0
      ? { sentence: refusals.join(" "), advice: "The queue tries again by itself." }
      : {
          sentence: "Over 20% of the last hour’s calls failed.",
          advice: "Failed jobs say why, each in its own words.",
        };
  }
  return { sentence: "Queue is healthy.", advice: null };
}

/** "Oldest wait 12 s, 42 jobs a minute, live status from postgres." */
export function paceInWords(stats: Stats): string {
  const { queuedJobs, oldestQueuedSeconds, throughputPerMinute, liveStore } = stats;
  const wait =
    queuedJobs === 0 ? "Nothing waits" : `Oldest wait ${duration(oldestQueuedSeconds * 1_000)}`;
  const rate = Math.round(throughputPerMinute * 10) / 10;
  return `${wait}, ${counted(rate, "job")} a minute, live status from ${liveStore}.`;
}
