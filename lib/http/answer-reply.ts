import { isFinal } from "@/db/job-status";
import { type Answer, statusOfSet } from "@/lib/answers/answer";
import { reply } from "./reply";

/** What `/answer` answers: 202 while jobs are in flight, else 200, where they failed too. */
export function answerReply(answer: Answer): Response {
  const { status, slug, ...rest } = answer;
  switch (answer.status) {
    case "ready":
      return reply({ success: true, status, slug, ...rest });
    case "failed":
      return reply({ success: false, status, slug, ...rest });
    case "in_flight": {
      const { jobs } = answer;
      const done = jobs.filter((job) => isFinal(job.status)).length;
      const jobIds = jobs.map((job) => job.jobId);
      return reply(
        {
          success: true,
          jobId: jobIds[0],
          jobIds,
          status: statusOfSet(jobs),
          message: `${done} of ${jobs.length} jobs are done: ask again for the answer`,
          slug,
          confidence: null,
          confidenceLevel: null,
        },
        { status: 202 },
      );
    }
  }
}
