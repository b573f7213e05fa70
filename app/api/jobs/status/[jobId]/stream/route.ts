import { z } from "zod";
import { eventStream, lastEventIdHeader } from "@/lib/http/event-stream";
import { idText } from "@/lib/http/inputs";
import { jobEvents } from "@/lib/http/live-events";
import { apiRoute } from "@/lib/http/route";
import { watchJob } from "@/lib/jobs/watch";

export const maxDuration = 300;

const schemas = {
  params: z.object({ jobId: idText }),
  headers: lastEventIdHeader,
  sweep: "at once",
} as const;

export const GET = apiRoute(
  "read",
  schemas,
  ({ params: { jobId }, headers, request, sight, env, startedAtMs }) =>
    eventStream(
      { signal: request.signal, lastEventId: headers["last-event-id"] },
      startedAtMs + maxDuration * 1000,
      (signal) => jobEvents(watchJob(jobId, sight, env, signal, headers["last-event-id"])),
    ),
);
