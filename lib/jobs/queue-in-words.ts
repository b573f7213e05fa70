import { counted } from "@/lib/format/figures";
import { duration } from "@/lib/format/times";

type Stats = {
  healthStatus: "healthy" | "degraded" | "stalled";
  queuedJobs: number;
  oldestQueuedSeconds: number;
  throughputPerMinute: number;
  liveStore: string;
};

/** "Queue is healthy. Oldest wait 12 s, 42 jobs a minute, live status from postgres." */
export function queueInWords(stats: Stats): string {
  const { healthStatus, queuedJobs, oldestQueuedSeconds, throughputPerMinute, liveStore } = stats;
  const wait =
    queuedJobs === 0 ? "Nothing is due" : `Oldest wait ${duration(oldestQueuedSeconds * 1_000)}`;
  const rate = Math.round(throughputPerMinute * 10) / 10;
  return `Queue is ${healthStatus}. ${wait}, ${counted(rate, "job")} a minute, live status from ${liveStore}.`;
}
