import { expect, vi } from "vitest";
import { eventStream, type StreamedEvent } from "@/lib/http/event-stream";

/** An hour: nothing ends for want of time. */
const LATER_MS = 3_600_000;

export const news = (id: number, data: object = { n: id }): StreamedEvent => ({
  event: "news",
  id,
  data,
  isLast: false,
});
export const last = (id: number): StreamedEvent => ({
  event: "last",
  id,
  data: { n: id },
  isLast: true,
});

/** Events that come when they are published, and wait, as a watched job's states do. */
export function source(...published: StreamedEvent[]) {
  let more = Promise.withResolvers<void>();
  const state = { given: 0, isOver: false, signal: null as AbortSignal | null };
  async function* events(signal: AbortSignal): AsyncGenerator<StreamedEvent, void> {
    state.signal = signal;
    signal.addEventListener("abort", () => more.resolve());
    try {
      for (;;) {
        const event = published.shift();
        if (event) {
          state.given += 1;
          yield event;
        } else {
          if (signal.aborted) return;
          await more.promise;
          more = Promise.withResolvers();
        }
      }
    } finally {
      state.isOver = true;
    }
  }
  const publish = (event: StreamedEvent) => {
    published.push(event);
    more.resolve();
  };
  return { state, events, publish };
}

export type Source = ReturnType<typeof source>;

export const stream = (
  { events }: Pick<Source, "events">,
  { lastEventId, signal = new AbortController().signal, endsInMs = LATER_MS }: Caller = {},
) => eventStream({ signal, lastEventId }, Date.now() + endsInMs, events);
type Caller = { lastEventId?: number; signal?: AbortSignal; endsInMs?: number };

/** Each read as text; null: the end. */
export function reading(response: Response) {
  if (!response.body) throw new Error("no body");
  const reader = response.body.getReader();
  const read = async () => {
    const { value } = await reader.read();
    return value ? new TextDecoder().decode(value) : null;
  };
  return { read, cancel: () => reader.cancel() };
}

/** That the signal has fired and the sequence has ended. */
export async function expectFreed({ state }: Source) {
  await vi.waitFor(() => expect(state.isOver).toBe(true));
  expect(state.signal?.aborted).toBe(true);
}
