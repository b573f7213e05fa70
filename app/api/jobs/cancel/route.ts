import { jobFilter } from "@/lib/http/job-filter";
import { reply } from "@/lib/http/reply";
import { operatorRoute } from "@/lib/http/route";
import { cancelJobs } from "@/lib/jobs/cancel";

export const POST = operatorRoute({ body: jobFilter }, async ({ body }) =>
  reply({ success: true, ...(await cancelJobs(body)) }),
);
