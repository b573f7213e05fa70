import { isDeepStrictEqual } from "node:util";
import type fc from "fast-check";
import { expect } from "vitest";
import { isFinal, type JobStatus } from "@/db/job-status";
import { look, type Seen, type World } from "./world";

/** What a step may change; null: nothing at all. */
export type Allowed = {
  jobIds: "any" | readonly number[];
  moves: Partial<Record<JobStatus, readonly JobStatus[]>>;
  /** How many jobs change, those that appear not counted; without it, any number. */
  changed?: number;
  /** How many jobs appear. */
  appeared?: number;
} | null;

export type Step = fc.AsyncCommand<object, World>;

/** A step of the story. After it all promises hold, and nothing but what it allows has changed. */
export function step(name: string, act: (world: World) => Promise<Allowed>): Step {
  return {
    check: () => true,
    toString: () => name,
    async run(_model, world) {
      const allowed = await act(world);
      const { jobs, broken } = await look();
      const wrong = [...broken, ...unexpected(world.jobs, jobs, allowed)];
      expect(wrong, name).toEqual([]);
      world.jobs = jobs;
    },
  };
}

/** What changed and shouldn't have, as sentences. */
function unexpected(
  before: ReadonlyMap<number, Seen>,
  after: ReadonlyMap<number, Seen>,
  allowed: Allowed,
): string[] {
  const wrong = [...before.keys()].filter((id) => !after.has(id)).map((id) => `job ${id} is gone`);
  let changed = 0;
  let appeared = 0;
  for (const now of after.values()) {
    const was = before.get(now.id);
    if (!was) appeared += 1;
    else if (!isDeepStrictEqual(was, now)) {
      changed += 1;
      wrong.push(...judge(was, now, allowed));
    }
  }
  const expected = { changed: allowed?.changed ?? changed, appeared: allowed?.appeared ?? 0 };
  if (!isDeepStrictEqual(expected, { changed, appeared })) {
    wrong.push(`${changed} changed and ${appeared} appeared, not as ${JSON.stringify(expected)}`);
  }
  return wrong;
}

function judge(was: Seen, now: Seen, allowed: Allowed): string[] {
  const move = `job ${now.id} went from ${was.status} to ${now.status}`;
  const mayMove = allowed && (allowed.jobIds === "any" || allowed.jobIds.includes(now.id));
  const restarted = isFinal(was.status) && now.status === "queued";
  return [
    !mayMove || !allowed.moves[was.status]?.includes(now.status) ? move : "",
    now.version <= was.version ? `${move}, and its version didn't grow` : "",
    now.claims < was.claims ? `${move} and forgot a claim` : "",
    restarted && now.attempts !== 0 ? `${move} with attempts used up` : "",
    now.attempts < was.attempts - 1 && !restarted ? `${move} and was given attempts` : "",
  ].filter(Boolean);
}
