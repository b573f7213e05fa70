import type { z } from "zod";
import { deleteApiKey, insertApiKey, listApiKeys } from "@/db/api-keys";
import type { ApiKey } from "@/db/schema";
import { ApiError } from "@/lib/errors";
import type { Sight } from "./caller";
import type { newApiKey } from "./input";
import { randomToken, tokenHash } from "./secret-token";

/** What every key begins with, so that people and scanners of leaked secrets know one when they see it. */
export const KEY_MARK = "cvs_";

const PREFIX_LETTERS = 8;

export const MOST_KEYS_PER_USER = 50;

const view = ({ id, name, prefix, scopes, createdAt, lastUsedAt }: ApiKey) => ({
  id,
  name,
  prefix,
  scopes,
  createdAt,
  lastUsedAt,
});
export type ApiKeyView = ReturnType<typeof view>;

/** Makes a key; `key` is in this reply and nowhere else. Throws ConflictError at the limit. */
export async function createApiKey(
  userId: string,
  { name, scopes }: z.output<typeof newApiKey>,
): Promise<{ apiKey: ApiKeyView; key: string }> {
  const token = randomToken();
  const key = KEY_MARK + token;
  const prefix = token.slice(0, PREFIX_LETTERS);
  const made = await insertApiKey(
    { userId, name, prefix, keyHash: tokenHash(key), scopes },
    MOST_KEYS_PER_USER,
  );
  if (made) return { apiKey: view(made), key };
  throw new ApiError(
    "ConflictError",
    `You have ${MOST_KEYS_PER_USER} API keys, which is the limit: delete one first`,
  );
}

/** The keys that the caller may see, newest first. */
export async function readApiKeys(sight: Sight): Promise<ApiKeyView[]> {
  return (await listApiKeys(sight)).map(view);
}

/** Ends a key at once. Throws NotFoundError, for a stranger's key too. */
export async function revokeApiKey(id: number, sight: Sight): Promise<void> {
  if (await deleteApiKey(id, sight)) return;
  throw new ApiError("NotFoundError", `API key ${id} not found`, { apiKeyId: id });
}
