import { reply } from "@/lib/http/reply";
import { apiRoute } from "@/lib/http/route";
import { readQueueStats } from "@/lib/jobs/queue-stats";

export const GET = apiRoute("read", {}, async ({ sight, env }) =>
  reply({ success: true, ...(await readQueueStats(sight, env)) }),
);
