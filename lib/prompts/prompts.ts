import type { z } from "zod";
import { violatedConstraint } from "@/db/errors";
import { deletePrompt as markDeleted } from "@/db/job-transitions/cancel";
import { listModels } from "@/db/models";
import {
  findPromptById,
  findPromptsBySlug,
  insertPrompt,
  listPrompts,
  type PromptView,
  updatePrompt,
} from "@/db/prompts";
import { type Caller, ownedBy, ownerIdOf, sees, sightOf } from "@/lib/auth/caller";
import { ApiError, modelNotFound, promptNotFound } from "@/lib/errors";
import { deleteJobStatuses } from "@/lib/live-store/job-status";
import type { newPrompt, promptChange } from "./input";

/** How a caller names a prompt: by its id or its slug. */
export type PromptRef = number | string;

/** A page of prompts, newest first. */
export async function readPrompts(page: { limit: number; before: number | null }, caller: Caller) {
  const { limit, before } = page;
  const found = await listPrompts({ limit: limit + 1, before, ...ownedBy(sightOf(caller)) });
  const shown = found.slice(0, page.limit);
  const last = shown.at(-1);
  return {
    prompts: shown.map(describePrompt),
    nextCursor: found.length > page.limit && last ? String(last.id) : null,
  };
}

/** Throws as `resolvePrompt` does. */
export async function readPrompt(ref: PromptRef, caller: Caller) {
  return describePrompt(await resolvePrompt(ref, caller));
}

/** Throws ConflictError for a slug in use, ModelNotFoundError. */
export async function createPrompt(input: z.output<typeof newPrompt>, caller: Caller) {
  const made = await explained(input, () => insertPrompt({ ...input, ownerId: ownerIdOf(caller) }));
  if (!made) throw await slugTaken(input);
  return describePrompt(made);
}

/** Throws as reading and creating do. */
export async function changePrompt(
  ref: PromptRef,
  change: z.output<typeof promptChange>,
  caller: Caller,
) {
  const { id } = await resolvePrompt(ref, caller);
  const changed = await explained(change, () => updatePrompt(id, change));
  if (!changed) throw promptNotFound(String(ref));
  return describePrompt(changed);
}

/** Its slug is free at once and its active jobs are cancelled; its jobs and answers stay. */
export async function deletePrompt(ref: PromptRef, caller: Caller): Promise<void> {
  const { id } = await resolvePrompt(ref, caller);
  const cancelledIds = await markDeleted(id);
  if (!cancelledIds) throw promptNotFound(String(ref));
  await deleteJobStatuses(cancelledIds);
}

/**
 * The prompt that the caller means. A slug means its own prompt; else, for the operator and admins, the
 * one without owner, else the only one that bears it. Throws PromptNotFoundError, also for a stranger's
 * prompt, or ConflictError where it could mean several owners' prompts.
 */
export async function resolvePrompt(ref: PromptRef, caller: Caller): Promise<PromptView> {
  const sight = sightOf(caller);
  if (typeof ref === "number") {
    const prompt = await findPromptById(ref);
    if (!prompt || !sees(sight, prompt.ownerId)) throw promptNotFound(String(ref));
    return prompt;
  }
  const found = await findPromptsBySlug(ref, ownedBy(sight).ownerId);
  const own = found.find((prompt) => prompt.ownerId === ownerIdOf(caller));
  if (own) return own;
  const [first, second] = found;
  if (!first) throw promptNotFound(ref);
  if (first.ownerId !== null && second) {
    throw new ApiError("ConflictError", `Several users have a prompt ${ref}: name it by its id`);
  }
  return first;
}

type Wanted = { slug?: string | undefined; modelIds?: readonly number[] | undefined };

/** Runs a write, and says which of the caller's values the database's constraints refused. */
async function explained<T>(wanted: Wanted, write: () => Promise<T>): Promise<T> {
  try {
    return await write();
  } catch (error) {
    switch (violatedConstraint(error)) {
      case "prompts_owner_slug_unique":
        throw await slugTaken(wanted);
      case "prompt_models_model_id_models_id_fk":
        throw modelNotFound((await unknownModel(wanted)) ?? 0);
      default:
        throw error;
    }
  }
}

/** What is missing goes before what is taken: contract.md, "Errors". */
async function slugTaken(wanted: Wanted): Promise<ApiError> {
  const missing = await unknownModel(wanted);
  if (missing !== undefined) return modelNotFound(missing);
  return new ApiError("ConflictError", `There is a prompt with the slug ${wanted.slug} already`);
}

async function unknownModel({ modelIds }: Wanted): Promise<number | undefined> {
  if (!modelIds) return undefined;
  const known = new Set((await listModels()).map((model) => model.id));
  return modelIds.find((id) => !known.has(id));
}

/** A prompt as the contract shows it. */
function describePrompt(prompt: PromptView) {
  const { id, slug, question, category, tags, frequency, runs, modelIds, active } = prompt;
  const { version, ownerId, lastRunAt, nextRunAt, createdAt } = prompt;
  return {
    ...{ id, slug, question, category, tags, frequency, runs, modelIds, active },
    ...{ version, ownerId, lastRunAt, nextRunAt, createdAt },
  };
}
