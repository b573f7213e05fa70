import { ownerIdOf } from "@/lib/auth/caller";
import { newInvitation } from "@/lib/auth/input";
import { invite } from "@/lib/auth/invitations";
import { reply } from "@/lib/http/reply";
import { apiRoute } from "@/lib/http/route";

export const POST = apiRoute(
  "admin-session",
  { body: newInvitation },
  async ({ body, caller, env }) =>
    reply({ success: true, ...(await invite(body, ownerIdOf(caller), env)) }, { status: 201 }),
);
