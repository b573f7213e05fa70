import { counted } from "./figures";

type Pause = {
  provider?: string;
  modelId?: number;
  reason: string;
  nextProbeAt: Date | null;
};

type Stats = {
  healthStatus: "healthy" | "degraded" | "stalled";
  oldestQueuedSeconds: number;
  queuedJobs: number;
  paused: readonly Pause[];
};

/** What is wrong with the queue, and what to do about it. */
export type Ailment =
  | { kind: "stalled"; title: string; text: string }
  | { kind: "account"; title: string; text: string; provider: string; nextProbeAt: Date | null }
  | { kind: "failing"; title: string; text: string };

type AccountFault = { what: string; noun: string; remedy: string };

/** Why a provider refuses all our calls, by the code that its circuit opened with, and what mends it. */
export function accountFault(reason: string, provider: string): AccountFault {
  switch (reason) {
    case "quota_exhausted":
      return {
        what: "quota used up",
        noun: `${provider} quota`,
        remedy: `Add credit at ${provider}`,
      };
    case "provider_auth":
      return {
        what: "the key isn't accepted",
        noun: `${provider} key`,
        remedy: `Set ${provider}'s key on the server and restart`,
      };
    default:
      return { what: reason, noun: `${provider} account`, remedy: `See what ${provider} says` };
  }
}

/**
 * In: the queue's figures, and how many jobs wait for each provider that is held back. Out: what needs
 * somebody, the worst first; pauses by hand are none of it, nor is a provider that is paused by hand.
 */
export function ailmentsOf(stats: Stats, held: ReadonlyMap<string, number> = new Map()): Ailment[] {
  const isPaused = (provider: string) =>
    stats.paused.some(
      (pause) =>
        pause.reason === "manual" &&
        pause.modelId === undefined &&
        (pause.provider === undefined || pause.provider === provider),
    );
  const circuits = stats.paused.filter(({ reason }) => reason !== "manual");
  const accounts = circuits.flatMap(({ provider, reason, nextProbeAt }): Ailment[] => {
    if (provider === undefined || isPaused(provider)) return [];
    const { what, remedy } = accountFault(reason, provider);
    const jobs = held.get(provider);
    const wait = jobs ? `${counted(jobs, "job")} ${jobs === 1 ? "waits" : "wait"}. ` : "";
    const title = `${provider} refuses our calls: ${what}.`;
    return [
      { kind: "account", title, text: `${wait}${remedy}, or pause it.`, provider, nextProbeAt },
    ];
  });
  if (stats.healthStatus === "stalled") {
    const minutes = Math.floor(stats.oldestQueuedSeconds / 60);
    const jobs = counted(stats.queuedJobs, "job");
    return [
      {
        kind: "stalled",
        title: `Nothing has been dispatched for ${minutes} min, though ${jobs} ${stats.queuedJobs === 1 ? "is" : "are"} due.`,
        text: "Check that a cron calls /api/cron/sweep, or run it now.",
      },
      ...accounts,
    ];
  }
  if (stats.healthStatus === "degraded" && circuits.length === 0) {
    return [
      {
        kind: "failing",
        title: "More than a fifth of the last hour's calls failed for good.",
        text: "See what their errors say.",
      },
    ];
  }
  return accounts;
}
