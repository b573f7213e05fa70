import { acceptance } from "@/lib/auth/input";
import { acceptInvitation } from "@/lib/auth/invitations";
import { reply } from "@/lib/http/reply";
import { openRoute } from "@/lib/http/route";

export const POST = openRoute(acceptance, async (body) =>
  reply({ success: true, user: await acceptInvitation(body) }, { status: 201 }),
);
