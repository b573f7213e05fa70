import { z } from "zod";
import { eventStream, lastEventIdHeader } from "@/lib/http/event-stream";
import { text } from "@/lib/http/inputs";
import { batchEvents } from "@/lib/http/live-events";
import { apiRoute } from "@/lib/http/route";
import { watchBatch } from "@/lib/jobs/watch";

export const maxDuration = 300;

const schemas = {
  params: z.object({ batchKey: text(200) }),
  headers: lastEventIdHeader,
  sweep: "at once",
} as const;

export const GET = apiRoute(
  "read",
  schemas,
  ({ params: { batchKey }, headers, request, sight, env, startedAtMs }) =>
    eventStream(
      { signal: request.signal, lastEventId: headers["last-event-id"] },
      startedAtMs + maxDuration * 1000,
      (signal) => batchEvents(watchBatch(batchKey, sight, env, signal)),
    ),
);
