import { z } from "zod";
import { idText } from "@/lib/http/inputs";
import { reply } from "@/lib/http/reply";
import { apiRoute } from "@/lib/http/route";
import { cancelJob } from "@/lib/jobs/cancel";

const params = z.object({ jobId: idText });

export const POST = apiRoute("run", { params }, async ({ params: { jobId }, sight, env }) => {
  await cancelJob(jobId, sight, env);
  return reply({
    success: true,
    jobId,
    status: "cancelled",
    message: "Job cancelled successfully",
  });
});
