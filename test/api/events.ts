import { OPERATOR_SECRET, type TestApp } from "../app";

/** An event as an EventSource would hand it out. */
export type ServerEvent = { id: number; event: string; data: unknown };

/** What a stream says besides its events. */
export type Asides = { retryMs: number | null; comments: string[] };

/**
 * Reads a stream of events as html.spec.whatwg.org/multipage/server-sent-events.html says, each as soon
 * as it is whole.
 */
export async function* readEvents(
  body: ReadableStream<Uint8Array>,
  asides: Asides = { retryMs: null, comments: [] },
): AsyncGenerator<ServerEvent, void> {
  const decoder = new TextDecoder();
  let rest = "";
  let id = "";
  let event = "message";
  let data: string[] = [];
  for await (const chunk of body) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split(/\r\n|\n|\r/);
    rest = lines.pop() ?? "";
    for (const line of lines) {
      const [, field = "", value = ""] = /^([^:]*):? ?(.*)$/s.exec(line) ?? [];
      if (line === "") {
        if (data.length > 0) yield { id: Number(id), event, data: JSON.parse(data.join("\n")) };
        event = "message";
        data = [];
      } else if (field === "") asides.comments.push(value);
      else if (field === "id") id = value;
      else if (field === "event") event = value;
      else if (field === "data") data.push(value);
      else if (field === "retry") asides.retryMs = Number(value);
    }
  }
}

/** Opens a stream as the operator; a `lastEventId` is sent as it is. */
export async function openEvents(
  app: TestApp,
  path: string,
  { lastEventId, headers = {} }: { lastEventId?: string; headers?: Record<string, string> } = {},
) {
  const left = new AbortController();
  const response = await fetch(app.url + path, {
    headers: {
      authorization: `Bearer ${OPERATOR_SECRET}`,
      accept: "text/event-stream",
      ...(lastEventId === undefined ? {} : { "last-event-id": lastEventId }),
      ...headers,
    },
    signal: left.signal,
  });
  const asides: Asides = { retryMs: null, comments: [] };
  const events = readEvents(response.body ?? new Blob().stream(), asides);
  return {
    status: response.status,
    headers: response.headers,
    asides,
    /** The next event; null: the stream has ended. Throws where it was cut. */
    async next(): Promise<ServerEvent | null> {
      return (await events.next()).value ?? null;
    },
    /** All that is still to come, until the stream ends. */
    async rest(): Promise<ServerEvent[]> {
      const seen: ServerEvent[] = [];
      for await (const event of events) seen.push(event);
      return seen;
    },
    /** Goes away, as a closed tab does. */
    leave: () => left.abort(),
  };
}
