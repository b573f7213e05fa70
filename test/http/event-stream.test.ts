import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { lastEventIdHeader } from "@/lib/http/event-stream";
import { readEvents } from "../api/events";
import { title } from "../api/refusals";
import { expectFreed, last, news, reading, type Source, source, stream } from "./streaming";

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "Date"] });
});
afterEach(() => {
  vi.useRealTimers();
});

describe("a stream", () => {
  test("begins with when to come again and the first event, and sends the others as they come", async () => {
    const from = source(news(3));
    const { read } = reading(await stream(from));
    expect(await read()).toMatch(/^retry: [1-9]\d*\n\nid: 3\nevent: news\ndata: \{"n":3\}\n\n$/);
    const next = read();
    from.publish(news(5));
    expect(await next).toBe('id: 5\nevent: news\ndata: {"n":5}\n\n');
  });

  test("is not to be kept, compressed or buffered by anything on its way", async () => {
    const { status, headers } = await stream(source(news(1)));
    expect(status).toBe(200);
    expect(headers.get("content-type")).toMatch(/^text\/event-stream\b/);
    expect(headers.get("cache-control")?.split(/, */)).toEqual(["no-store", "no-transform"]);
  });

  test("ends with the last event, and so does what it streams", async () => {
    const from = source(news(1), last(2));
    const { read } = reading(await stream(from));
    await read();
    expect(await read()).toContain("event: last");
    expect(await read()).toBeNull();
    await expectFreed(from);
  });

  test("whose first event is the last holds only that", async () => {
    const from = source(last(9));
    const { read } = reading(await stream(from));
    expect(await read()).toContain("id: 9\nevent: last\n");
    expect(await read()).toBeNull();
    await expectFreed(from);
  });

  test("ends where what it streams ends without a last event", async () => {
    async function* one() {
      yield news(1);
    }
    const { read } = reading(await stream({ events: one }));
    await read();
    expect(await read()).toBeNull();
  });

  test("breaks off, and doesn't end, where a later event fails", async () => {
    async function* failing() {
      yield news(1);
      throw new Error("no more");
    }
    const { read } = reading(await stream({ events: failing }));
    await read();
    await expect(read()).rejects.toThrow("no more");
  });

  test("throws what the first event throws, so that it can still be told as an error", async () => {
    const error = new Error("not there");
    const failing = () => ({ next: () => Promise.reject(error) });
    const events = failing as unknown as Source["events"];
    await expect(stream({ events })).rejects.toBe(error);
  });

  test("pulls nothing but the first event before it is read, and one event a read", async () => {
    const from = source(news(1), news(2), news(3));
    const { read } = reading(await stream(from));
    await vi.advanceTimersByTimeAsync(60_000);
    expect(from.state.given).toBe(1);
    await read();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(from.state.given).toBe(1);
    await read();
    expect(from.state.given).toBe(2);
  });

  test("carries any text without a byte of it being taken for the protocol's", async () => {
    const text = '\n\nid: 99\nevent: last\ndata: {"forged":true}\n\n';
    const hostile = {
      [text]: text,
      returns: text.replaceAll("\n", "\r"),
      both: text.replaceAll("\n", "\r\n"),
      separators: "\u2028\u2028data: x\u2029\u0085\u0000\ufeff: comment",
    };
    const response = await stream(source(news(1, hostile), last(2)));
    const seen = [];
    for await (const event of readEvents(response.body ?? new Blob().stream())) seen.push(event);
    expect(seen).toEqual([
      { id: 1, event: "news", data: hostile },
      { id: 2, event: "last", data: { n: 2 } },
    ]);
  });
});

describe("the last event's id", () => {
  test.each([
    ["of before", 3, "id: 4\n"],
    ["of the present event", 4, undefined],
    ["of a later one than there is", 9, undefined],
    ["that is none", undefined, "id: 4\n"],
  ])(
    "%s lets the present one through or not, and never the next",
    async (_, lastEventId, present) => {
      const from = source(news(4));
      const { read } = reading(
        await stream(from, lastEventId === undefined ? {} : { lastEventId }),
      );
      const begin = await read();
      if (present) expect(begin).toContain(present);
      else expect(begin).toMatch(/^retry: \d+\n\n$/);
      const next = read();
      from.publish(news(10));
      expect(await next).toContain("id: 10\n");
    },
  );

  test.each([
    [5, 204],
    [6, 204],
    [4, 200],
    [0, 200],
  ])("%i, where the final one is 5, is answered by %i", async (lastEventId, status) => {
    const from = source(last(5));
    const response = await stream(from, { lastEventId });
    expect(response.status).toBe(status);
    expect(await response.text()).toBe(
      status === 204 ? "" : 'retry: 2000\n\nid: 5\nevent: last\ndata: {"n":5}\n\n',
    );
    expect(response.headers.get("cache-control")).toContain("no-store");
    if (status === 204) expect(from.state.isOver).toBe(true);
  });

  test.each([
    ["0", 0],
    ["7", 7],
    ["007", 7],
    ["999999999999999", 999_999_999_999_999],
  ])("is read from %j", (sent, id) => {
    expect(lastEventIdHeader.parse({ "last-event-id": sent })).toEqual({ "last-event-id": id });
  });

  const rubbish = ["", " ", "-1", "+1", "1.5", "1e3", "0x1", "abc", "1, 2", "1 ", "٣", "NaN"];
  const sizes = ["9".repeat(16), "9".repeat(10_000)];
  test.each([...rubbish, ...sizes].map((sent) => [title(sent), sent]))(
    "is none in %s",
    (_, sent) => {
      expect(lastEventIdHeader.parse({ "last-event-id": sent })["last-event-id"]).toBeUndefined();
      expect(lastEventIdHeader.parse({})["last-event-id"]).toBeUndefined();
    },
  );
});
