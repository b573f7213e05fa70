import { after } from "next/server";
import { pauseScope } from "@/lib/http/inputs";
import { reply } from "@/lib/http/reply";
import { apiRoute } from "@/lib/http/route";
import { dispatchInTurn } from "@/lib/jobs/dispatch-in-turn";
import { resume } from "@/lib/jobs/pause";

export const maxDuration = 300;

export const POST = apiRoute(
  "admin",
  { optionalBody: pauseScope },
  async ({ body, env, startedAtMs }) => {
    const paused = await resume(body);
    after(() => dispatchInTurn(env, { deadlineMs: startedAtMs + maxDuration * 1000 }));
    return reply({ success: true, paused });
  },
);
