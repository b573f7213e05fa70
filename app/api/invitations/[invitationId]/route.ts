import { z } from "zod";
import { revokeInvitation } from "@/lib/auth/invitations";
import { idText } from "@/lib/http/inputs";
import { reply } from "@/lib/http/reply";
import { apiRoute } from "@/lib/http/route";

const params = z.object({ invitationId: idText });

export const DELETE = apiRoute("admin-session", { params }, async ({ params }) => {
  await revokeInvitation(params.invitationId);
  return reply({ success: true });
});
