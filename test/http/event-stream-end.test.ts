import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { expectFreed, news, reading, source, stream } from "./streaming";

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "Date"] });
});
afterEach(() => {
  vi.useRealTimers();
});

describe("a silent stream", () => {
  test("says every 15 s at the latest that it is alive, and still has what comes then", async () => {
    const from = source(news(1));
    const { read } = reading(await stream(from));
    await read();
    for (let times = 0; times < 5; times++) {
      const silent = read();
      await vi.advanceTimersByTimeAsync(15_000);
      expect(await Promise.race([silent, "nothing"])).toMatch(/^: ?\S.*\n\n$/);
    }
    const next = read();
    from.publish(news(2));
    expect(await next).toContain("id: 2\n");
  });
});

describe("the end of the platform's limit", () => {
  /** Reads all there is, and gives when it ended. */
  async function endOf(response: Response) {
    const { read } = reading(response);
    const startedMs = Date.now();
    let text = "";
    for (let part = await read(); part !== null; part = await read()) text += part;
    return { afterMs: Date.now() - startedMs, text };
  }

  test("is not reached: the stream ends by itself before, and not long before", async () => {
    const from = source(news(1));
    const end = endOf(await stream(from, { endsInMs: 300_000 }));
    await vi.advanceTimersByTimeAsync(300_000);
    const { afterMs, text } = await end;
    expect(afterMs).toBeLessThan(300_000);
    expect(afterMs).toBeGreaterThan(270_000);
    expect(text).toMatch(/^retry: \d+\n\nid: 1\n.*\n.*\n\n(: ?keep-alive\n\n)+$/);
    await expectFreed(from);
  });

  test("is not reached by a stream that has an event every second either", async () => {
    const from = source(news(1));
    const end = endOf(await stream(from, { endsInMs: 60_000 }));
    for (let id = 2; id < 60; id++) {
      await vi.advanceTimersByTimeAsync(1_000);
      from.publish(news(id));
    }
    expect((await end).afterMs).toBeLessThan(60_000);
    await expectFreed(from);
  });

  test("that is near leaves time for the first event", async () => {
    const from = source(news(1));
    const { read } = reading(await stream(from, { endsInMs: 1_000 }));
    expect(await read()).toContain("id: 1\n");
    const end = read();
    await vi.advanceTimersByTimeAsync(0);
    expect(await end).toBeNull();
    await expectFreed(from);
  });
});

describe("a caller that leaves", () => {
  test("while nothing happens is noticed, and what was streamed ends", async () => {
    const from = source(news(1));
    const { read, cancel } = reading(await stream(from));
    await read();
    const waiting = read();
    await cancel();
    await expectFreed(from);
    expect(await waiting).toBeNull();
  });

  test("before it has read what was sent is noticed too", async () => {
    const from = source(news(1), news(2), news(3));
    const { read, cancel } = reading(await stream(from));
    await read();
    await read();
    await cancel();
    await expectFreed(from);
  });

  test("before it has read anything is noticed too", async () => {
    const from = source(news(1));
    const { cancel } = reading(await stream(from));
    await cancel();
    await expectFreed(from);
  });

  test("by its signal is noticed whether or not anybody reads", async () => {
    for (const isReading of [true, false]) {
      const from = source(news(1), news(2));
      const left = new AbortController();
      const { read } = reading(await stream(from, { signal: left.signal }));
      await read();
      await read();
      const waiting = isReading ? read() : null;
      left.abort();
      await expectFreed(from);
      expect(await waiting).toBeNull();
    }
  });

  test("by its signal before the first event was asked for is noticed", async () => {
    const from = source(news(1));
    const response = await stream(from, { signal: AbortSignal.abort() });
    // It never began, or was told.
    expect(from.state.signal?.aborted ?? true).toBe(true);
    await response.body?.cancel();
  });
});
