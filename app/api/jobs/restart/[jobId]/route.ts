import { after } from "next/server";
import { z } from "zod";
import { idText } from "@/lib/http/inputs";
import { reply } from "@/lib/http/reply";
import { apiRoute } from "@/lib/http/route";
import { dispatchInTurn } from "@/lib/jobs/dispatch-in-turn";
import { restartJob } from "@/lib/jobs/restart";

export const maxDuration = 300;

const params = z.object({ jobId: idText });

export const POST = apiRoute(
  "run",
  { params },
  async ({ params: { jobId }, sight, env, startedAtMs }) => {
    await restartJob(jobId, sight, env);
    after(() => dispatchInTurn(env, { deadlineMs: startedAtMs + maxDuration * 1000 }));
    return reply({
      success: true,
      jobId,
      status: "queued",
      message: "Job restarted and re-queued",
    });
  },
);
