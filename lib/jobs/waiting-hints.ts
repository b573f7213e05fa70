import { readWaitingGroups, type WaitingGroup } from "@/db/batch-progress-queries";
import type { WaitingFor } from "@/db/job-status";
import type { Limits } from "@/db/job-transitions/take";
import { ownedBy, type Sight } from "@/lib/auth/caller";
import type { Environment } from "@/lib/env";
import { accountFault } from "@/lib/format/health";
import { clock } from "@/lib/format/times";
import { limitsOf } from "./limits";
import { readPauses } from "./pause";

/** What jobs wait for and what frees them; `aside` says more where there is more to say. */
export type WaitingHint = { label: string; aside: string; freedBy: string };

/** By reason; a reason that isn't there is one of which nothing more is known than its name. */
export type WaitingHints = Partial<Record<WaitingFor, WaitingHint>>;

type Pauses = Awaited<ReturnType<typeof readPauses>>;

/** Which places, models and providers the queued jobs of a batch wait for, in words. */
export async function readWaitingHints(
  batchKey: string,
  sight: Sight,
  env: Environment,
  timeZone: string,
): Promise<WaitingHints> {
  const limits = limitsOf(env);
  const [{ groups, nextRetryAt }, pauses] = await Promise.all([
    readWaitingGroups({ batchKey, ownerId: ownedBy(sight).ownerId ?? null }, limits),
    readPauses(),
  ]);
  return waitingHints({ groups, nextRetryAt, pauses, limits }, timeZone);
}

type Known = {
  groups: readonly WaitingGroup[];
  nextRetryAt: Date | null;
  pauses: Pauses;
  limits: Limits;
};

/** The same of what was read. */
function waitingHints(known: Known, timeZone: string): WaitingHints {
  const { groups, nextRetryAt, pauses, limits } = known;
  const at = (time: Date) => clock(time, timeZone);
  const modelsOf = (reason: WaitingFor) =>
    groups.filter(({ waitingFor }) => waitingFor === reason).map(({ model }) => model);
  const untils = groups.flatMap(({ waitingFor, rateLimitedUntil }) =>
    waitingFor === "rate_limit" && rateLimitedUntil ? [rateLimitedUntil.getTime()] : [],
  );
  const [limited, slowed, paused] = [
    modelsOf("model_limit"),
    modelsOf("rate_limit"),
    modelsOf("paused"),
  ];
  return {
    global_limit: {
      label: "A free place",
      aside: `${limits.maxJobs} of ${limits.maxJobs} in use`,
      freedBy: "Running jobs finish",
    },
    user_limit: {
      label: "A free place of their owner's",
      aside: `${limits.maxJobsPerOwner} at once at most`,
      freedBy: "The owner's running jobs finish",
    },
    ...(limited[0] && {
      model_limit: {
        label: `A free place at ${nameOrCount(limited.map(({ name }) => name))}`,
        aside:
          limited.length === 1 && limited[0].maxConcurrency !== null
            ? `${limited[0].maxConcurrency} at once at most`
            : "",
        freedBy: "The model's running jobs finish",
      },
    }),
    ...(slowed[0] && {
      rate_limit: {
        label: "A rate limit",
        aside: nameOrCount(slowed.map(({ name }) => name)),
        freedBy:
          untils.length > 0
            ? `Next try ${at(new Date(Math.min(...untils)))}`
            : "The minute has room again",
      },
    }),
    ...(paused[0] && { paused: pausedHint(pauses, paused, at) }),
    ...(nextRetryAt && {
      backoff: { label: "A retry", aside: "", freedBy: `Next at ${at(nextRetryAt)}` },
    }),
  };
}

/** Circuits come first: they want somebody. */
function pausedHint(
  pauses: Pauses,
  models: readonly WaitingGroup["model"][],
  at: (time: Date) => string,
): WaitingHint {
  const holding = pauses.filter(({ provider, modelId }) =>
    models.some(
      (model) =>
        (provider === undefined && modelId === undefined) ||
        provider === model.provider ||
        modelId === model.id,
    ),
  );
  const [circuit] = holding.filter(({ reason }) => reason !== "manual");
  if (circuit?.provider !== undefined) {
    const { noun, remedy } = accountFault(circuit.reason, circuit.provider);
    const next = circuit.nextProbeAt ? `; next try ${at(circuit.nextProbeAt)}` : "";
    return { label: noun, aside: "", freedBy: `${remedy}${next}` };
  }
  const names = holding.map(
    ({ provider, modelId }) =>
      provider ?? models.find(({ id }) => id === modelId)?.name ?? "everything",
  );
  return { label: "A pause", aside: names.join(", "), freedBy: "Somebody resumes it" };
}

function nameOrCount(names: readonly string[]): string {
  return names.length === 1 ? `${names[0]}` : `${names.length} models`;
}
