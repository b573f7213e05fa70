import { z } from "zod";
import {
  type EntityChange,
  insertAlias,
  mergeEntity,
  splitEntity as standAlone,
  updateEntity,
} from "@/db/entities";
import { type EntityView, findEntity, findEntityByKey, listEntities } from "@/db/entity-queries";
import { ENTITY_STATES, type EntityState } from "@/db/schema";
import { ownedBy, type Sight } from "@/lib/auth/caller";
import { ApiError, entityNotFound, validationError } from "@/lib/errors";
import { id, page, text } from "@/lib/http/inputs";
import { entityKey } from "./entity-key";

const name = text(200);

/** Which names, and which page of them. */
export const entityPage = z.strictObject({
  ...page,
  state: z.enum(ENTITY_STATES).optional(),
  search: name.optional(),
});

/** The body that changes an entity: what isn't given stays. */
export const entityChange = z
  .strictObject({ name, category: text(100).nullable(), state: z.enum(ENTITY_STATES) })
  .partial();

export const newAlias = z.strictObject({ name });
export const merge = z.strictObject({ into: id });

/** A page of the names that stand for themselves, newest first: those that the caller's answers give. */
export async function readEntities(
  page: {
    limit: number;
    before: number | null;
    state: EntityState | undefined;
    search: string | undefined;
  },
  sight: Sight,
) {
  const { limit, search } = page;
  const found = await listEntities({
    ...page,
    limit: limit + 1,
    search: search === undefined ? undefined : { text: search.trim(), key: entityKey(search) },
    ...ownedBy(sight),
  });
  const entities = found.slice(0, limit);
  const last = entities.at(-1);
  return { entities, nextCursor: found.length > limit && last ? String(last.id) : null };
}

/** Throws NotFoundError, also for a name that only answers to others' prompts give. */
export async function readEntity(entityId: number, sight: Sight): Promise<EntityView> {
  const found = await findEntity(entityId, ownedBy(sight).ownerId);
  if (!found) throw entityNotFound(entityId);
  return found;
}

/** Throws NotFoundError, or ConflictError for the category or state of an alias. */
export async function changeEntity(entityId: number, change: EntityChange): Promise<EntityView> {
  const isChanged = await updateEntity(entityId, change);
  const entity = await readEntity(entityId, "all");
  if (isChanged) return entity;
  if (entity.mergedInto) throw isAlias(entity, entity.mergedInto);
  // It was an alias, and was split before it was read.
  return changeEntity(entityId, change);
}

/**
 * From now on the one, with its aliases, counts as the other; returns the other. Where it does so already,
 * nothing changes. Throws NotFoundError, or ConflictError where one of them counts as something else.
 */
export async function mergeEntities(entityId: number, into: number): Promise<EntityView> {
  if (entityId === into) {
    throw validationError([
      { path: "into", message: "must be another entity than the merged one" },
    ]);
  }
  // A lost race explains itself by what it left, unless a split undid that meanwhile: then it's tried again.
  for (;;) {
    const isMerged = await mergeEntity(entityId, into);
    const [source, target] = [await readEntity(entityId, "all"), await readEntity(into, "all")];
    if (isMerged || source.mergedInto?.id === into) return target;
    if (source.mergedInto) throw isAlias(source, source.mergedInto);
    if (target.mergedInto) throw isAlias(target, target.mergedInto);
  }
}

/** It stands for itself again, with the aliases that it had before. Throws NotFoundError. */
export async function splitEntity(entityId: number): Promise<EntityView> {
  await standAlone(entityId);
  return readEntity(entityId, "all");
}

/**
 * Makes a name count as the entity: a new one, or one that nobody has looked at yet. Throws NotFoundError;
 * ConflictError where the entity is an alias, or the name is another's or somebody made it one of its own.
 */
export async function addAlias(entityId: number, alias: string): Promise<EntityView> {
  const key = entityKey(alias);
  if (key === "") {
    throw validationError([{ path: "name", message: "must hold more than punctuation" }]);
  }
  const entity = await readEntity(entityId, "all");
  if (entity.mergedInto) throw isAlias(entity, entity.mergedInto);
  if (await insertAlias({ name: alias.trim(), key }, entityId)) return readEntity(entityId, "all");
  const found = await findEntityByKey(key);
  if (!found) throw entityNotFound(entityId);
  if (found.rootId === entityId) return entity;
  if (found.rootId !== found.id || found.state !== "unmapped") {
    throw new ApiError(
      "ConflictError",
      `That name counts as ${found.rootName}: split or merge entity ${found.id} instead`,
      { entityId: found.id },
    );
  }
  return mergeEntities(found.id, entityId);
}

function isAlias(alias: { id: number }, root: { id: number; name: string }): ApiError {
  return new ApiError(
    "ConflictError",
    `Entity ${alias.id} counts as ${root.name}: name entity ${root.id} instead, or split it first`,
    { entityId: alias.id, mergedInto: root.id },
  );
}
