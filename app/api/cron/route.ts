import { after } from "next/server";
import { methodNotAllowed, reply } from "@/lib/http/reply";
import { apiRoute } from "@/lib/http/route";
import { enqueueDue } from "@/lib/jobs/enqueue";
import { sweepAndDispatch } from "@/lib/jobs/sweep-and-dispatch";

export const maxDuration = 300;

export const GET = apiRoute("operator", { sweep: "never" }, async ({ env, startedAtMs }) => {
  const { day, jobsCreated, promptCount, batchKeys } = await enqueueDue(env);
  after(() => sweepAndDispatch(env, startedAtMs + maxDuration * 1000));
  return reply({
    success: true,
    message: `Enqueued ${jobsCreated} jobs for ${promptCount} prompts`,
    promptCount,
    jobsCreated,
    batchKey: day,
    batchKeys,
  });
});

// Next would answer HEAD by running GET.
export const HEAD = methodNotAllowed("GET");
