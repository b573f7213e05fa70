import { after } from "next/server";
import { methodNotAllowed, reply } from "@/lib/http/reply";
import { operatorRoute } from "@/lib/http/route";
import { dispatch } from "@/lib/jobs/dispatch";
import { enqueueDue } from "@/lib/jobs/enqueue";

export const maxDuration = 300;

export const GET = operatorRoute({}, async ({ env, startedAtMs }) => {
  const { day, jobsCreated, promptCount, batchKeys } = await enqueueDue(env);
  after(() => dispatch(env, { deadlineMs: startedAtMs + maxDuration * 1000 }));
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
