import { reply } from "@/lib/http/reply";
import { operatorRoute } from "@/lib/http/route";
import { readQueueStats } from "@/lib/jobs/queue-stats";

export const GET = operatorRoute({}, async ({ env }) =>
  reply({ success: true, ...(await readQueueStats(env)) }),
);
