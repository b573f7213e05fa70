import { z } from "zod";
import { idText } from "@/lib/http/inputs";
import { reply } from "@/lib/http/reply";
import { operatorRoute } from "@/lib/http/route";
import { statusOfJob } from "@/lib/jobs/status";

const params = z.object({ jobId: idText });

export const GET = operatorRoute({ params }, async ({ params, env }) =>
  reply({ success: true, ...(await statusOfJob(params.jobId, env)) }),
);
