import { counted } from "./figures";

type Pause = { provider?: string; modelId?: number; reason: string; nextProbeAt: Date | null };

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

const REFUSALS: Readonly<Record<string, { what: string; todo: (provider: string) => string }>> = {
  quota_exhausted: { what: "quota used up", todo: (provider) => `Add credit at ${provider}` },
  provider_auth: {
    what: "the key isn't accepted",
    todo: (provider) => `Set ${provider}'s key on the server and restart`,
  },
};

/** In: the queue's figures. Out: what needs somebody, the worst first; pauses by hand are none of it. */
export function ailmentsOf(stats: Stats): Ailment[] {
  const accounts = stats.paused.flatMap(({ provider, reason, nextProbeAt }): Ailment[] => {
    const refusal = REFUSALS[reason];
    if (provider === undefined || refusal === undefined) return [];
    return [
      {
        kind: "account",
        title: `${provider} refuses our calls: ${refusal.what}.`,
        text: `${refusal.todo(provider)}, or pause it; the queue tries again by itself at every sweep.`,
        provider,
        nextProbeAt,
      },
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
  if (stats.healthStatus === "degraded" && accounts.length === 0) {
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
