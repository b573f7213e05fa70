import { csvReply } from "@/lib/http/reply";
import { operatorRoute } from "@/lib/http/route";
import { exportPrompts } from "@/lib/prompts/import-export";

export const GET = operatorRoute({}, async () => csvReply(await exportPrompts(), "prompts.csv"));
