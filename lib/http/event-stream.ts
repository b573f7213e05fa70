import { z } from "zod";

/** One state of what is streamed. Ids grow; `isLast` ends the stream. */
export type StreamedEvent = { event: string; id: number; data: object; isLast: boolean };

/** Proxies and browsers give up a connection that is silent for longer. */
const KEEP_ALIVE_MS = 10_000;

/** What a browser waits before it connects again. */
const RETRY_MS = 2_000;

/** Kept at the end of an invocation, so that the stream ends by itself and not by its platform. */
const MARGIN_MS = 10_000;

/** The last id that the caller has seen; what isn't one counts as none. */
export const lastEventIdHeader = z.object({
  "last-event-id": z
    .string()
    .regex(/^\d{1,15}$/)
    .transform(Number)
    .optional()
    .catch(undefined),
});

/**
 * Server-Sent Events (html.spec.whatwg.org/multipage/server-sent-events.html): the first of `events` at
 * once, unless `lastEventId` is as new; 204, which stops an EventSource, where that is the last one of
 * all. Ends with the last event, before `endsAtMs`, or when the caller leaves: then the signal that
 * `events` was given fires. What the first event throws is thrown here, before the stream begins.
 */
export async function eventStream(
  caller: { signal: AbortSignal; lastEventId: number | undefined },
  endsAtMs: number,
  events: (signal: AbortSignal) => AsyncGenerator<StreamedEvent, void>,
): Promise<Response> {
  const over = new AbortController();
  caller.signal.addEventListener("abort", () => over.abort());
  const sequence = events(over.signal);
  // The signal wakes a sequence that waits, and this ends one that waits to be read.
  over.signal.addEventListener("abort", () => void sequence.return());
  if (caller.signal.aborted) over.abort();
  const first = await sequence.next();
  const isSeen = !first.done && first.value.id <= (caller.lastEventId ?? -1);
  if (first.done || (isSeen && first.value.isLast)) {
    over.abort();
    return new Response(null, { status: 204, headers: { "cache-control": "no-store" } });
  }
  const leftMs = () => endsAtMs - MARGIN_MS - Date.now();
  // A caller that stops reading is let go in time too.
  const timer = setTimeout(() => over.abort(), Math.max(0, leftMs()));
  over.signal.addEventListener("abort", () => clearTimeout(timer));
  const encoder = new TextEncoder();
  let next: ReturnType<typeof sequence.next> | undefined;
  const body = new ReadableStream<Uint8Array>(
    {
      start(controller) {
        const present = isSeen ? "" : toText(first.value);
        controller.enqueue(encoder.encode(`retry: ${RETRY_MS}\n\n${present}`));
        if (!isSeen && first.value.isLast) end(controller);
      },
      async pull(controller) {
        next ??= sequence.next();
        const came = await within(Math.min(KEEP_ALIVE_MS, leftMs()), next);
        if (came === "late") {
          if (leftMs() <= 0) end(controller);
          else controller.enqueue(encoder.encode(": keep-alive\n\n"));
          return;
        }
        next = undefined;
        if (!came.done) controller.enqueue(encoder.encode(toText(came.value)));
        if (came.done || came.value.isLast) end(controller);
      },
      cancel: () => over.abort(),
    },
    // Nothing is watched before somebody reads.
    { highWaterMark: 0 },
  );
  function end(controller: ReadableStreamDefaultController): void {
    over.abort();
    controller.close();
  }
  return new Response(body, {
    headers: {
      "content-type": "text/event-stream; charset=utf-8",
      // Not to be transformed: compressing would hold events back, here and in proxies.
      "cache-control": "no-store, no-transform",
      "x-accel-buffering": "no",
    },
  });
}

function toText({ event, id, data }: StreamedEvent): string {
  return `id: ${id}\nevent: ${event}\ndata: ${JSON.stringify(data)}\n\n`;
}

async function within<T>(ms: number, promise: Promise<T>): Promise<T | "late"> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<"late">((resolve) => {
    timer = setTimeout(() => resolve("late"), Math.max(0, ms));
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}
