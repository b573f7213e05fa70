import { reply } from "@/lib/http/reply";
import { operatorRoute } from "@/lib/http/route";
import { importPrompts } from "@/lib/prompts/import-export";

export const POST = operatorRoute({ csvBody: true }, async ({ csv }) =>
  reply({ success: true, ...(await importPrompts(csv)) }),
);
