import { after } from "next/server";
import { jobFilter } from "@/lib/http/job-filter";
import { reply } from "@/lib/http/reply";
import { apiRoute } from "@/lib/http/route";
import { dispatchInTurn } from "@/lib/jobs/dispatch-in-turn";
import { restartJobs } from "@/lib/jobs/restart";

export const maxDuration = 300;

export const POST = apiRoute(
  "run",
  { body: jobFilter },
  async ({ body, sight, env, startedAtMs }) => {
    const moved = await restartJobs(body, sight, env);
    const deadlineMs = startedAtMs + maxDuration * 1000;
    if (moved.changed > 0) after(() => dispatchInTurn(env, { deadlineMs }));
    return reply({ success: true, ...moved });
  },
);
