import { setUp } from "@/lib/auth/accounts";
import { newAccount } from "@/lib/auth/input";
import { reply } from "@/lib/http/reply";
import { apiRoute } from "@/lib/http/route";

export const POST = apiRoute("operator", { body: newAccount }, async ({ body }) =>
  reply({ success: true, user: await setUp(body) }, { status: 201 }),
);
