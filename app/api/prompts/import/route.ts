import { ownerIdOf } from "@/lib/auth/caller";
import { reply } from "@/lib/http/reply";
import { apiRoute } from "@/lib/http/route";
import { importPrompts } from "@/lib/prompts/import-export";

export const POST = apiRoute("run", { csvBody: true }, async ({ csv, caller }) =>
  reply({ success: true, ...(await importPrompts(csv, ownerIdOf(caller))) }),
);
