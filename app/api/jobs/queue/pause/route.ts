import { pauseScope } from "@/lib/http/inputs";
import { reply } from "@/lib/http/reply";
import { apiRoute } from "@/lib/http/route";
import { pause } from "@/lib/jobs/pause";

export const POST = apiRoute("admin", { optionalBody: pauseScope }, async ({ body }) =>
  reply({ success: true, paused: await pause(body) }),
);
