import { createApiKey, readApiKeys } from "@/lib/auth/api-keys";
import { userIdOf } from "@/lib/auth/caller";
import { newApiKey } from "@/lib/auth/input";
import { reply } from "@/lib/http/reply";
import { apiRoute } from "@/lib/http/route";

export const GET = apiRoute("session", {}, async ({ sight }) =>
  reply({ success: true, apiKeys: await readApiKeys(sight) }),
);

export const POST = apiRoute("own-session", { body: newApiKey }, async ({ body, caller }) =>
  reply({ success: true, ...(await createApiKey(userIdOf(caller), body)) }, { status: 201 }),
);
