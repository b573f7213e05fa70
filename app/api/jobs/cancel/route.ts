import { jobFilter } from "@/lib/http/job-filter";
import { reply } from "@/lib/http/reply";
import { apiRoute } from "@/lib/http/route";
import { cancelJobs } from "@/lib/jobs/cancel";

export const POST = apiRoute("run", { body: jobFilter }, async ({ body, sight }) =>
  reply({ success: true, ...(await cancelJobs(body, sight)) }),
);
