import { reply } from "@/lib/http/reply";
import { apiRoute } from "@/lib/http/route";
import { readQueueStats } from "@/lib/jobs/queue-stats";

export const GET = apiRoute("read", {}, async ({ env }) =>
  reply({ success: true, ...(await readQueueStats(env)) }),
);
