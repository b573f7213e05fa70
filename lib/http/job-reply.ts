import type { JobState } from "@/lib/jobs/describe-job";
import { reply } from "./reply";

/** What answers where one job's state is asked for; its answer has calls of its own. */
export function jobReply({ job, attempts }: JobState, further: object = {}): Response {
  return reply({ success: true, job, attempts, ...further });
}
