import { ownerIdOf } from "@/lib/auth/caller";
import { csvReply } from "@/lib/http/reply";
import { apiRoute } from "@/lib/http/route";
import { exportPrompts } from "@/lib/prompts/import-export";

export const GET = apiRoute("read", {}, async ({ caller }) =>
  csvReply(await exportPrompts(ownerIdOf(caller)), "prompts.csv"),
);
