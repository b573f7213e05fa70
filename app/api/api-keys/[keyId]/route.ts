import { z } from "zod";
import { revokeApiKey } from "@/lib/auth/api-keys";
import { idText } from "@/lib/http/inputs";
import { reply } from "@/lib/http/reply";
import { apiRoute } from "@/lib/http/route";

const params = z.object({ keyId: idText });

export const DELETE = apiRoute("session", { params }, async ({ params: { keyId }, sight }) => {
  await revokeApiKey(keyId, sight);
  return reply({ success: true });
});
