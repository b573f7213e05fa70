import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { type LiveState, listen } from "@/app/ui/live/listen";

/** What a browser has, as far as listening goes; its streams are opened and broken by hand. */
class FakeSource {
  static readonly CLOSED = 2;
  static made: FakeSource[] = [];
  readyState = 0;
  onopen?: () => void;
  onerror?: () => void;
  readonly #readers = new Map<string, (event: { data: string }) => void>();

  constructor(readonly url: string) {
    FakeSource.made.push(this);
  }
  addEventListener(name: string, read: (event: { data: string }) => void) {
    this.#readers.set(name, read);
  }
  close() {
    this.readyState = FakeSource.CLOSED;
  }
  send(name: string, json: unknown) {
    this.#readers.get(name)?.({ data: JSON.stringify(json) });
  }
  open() {
    this.readyState = 1;
    this.onopen?.();
  }
  /** The network failed: a browser tries again by itself. */
  breakOff() {
    this.readyState = 0;
    this.onerror?.();
  }
  /** An HTTP error: it doesn't. */
  refuse() {
    this.readyState = FakeSource.CLOSED;
    this.onerror?.();
  }
}

const page = Object.assign(new EventTarget(), { hidden: false });
const setHidden = (hidden: boolean) => {
  page.hidden = hidden;
  page.dispatchEvent(new Event("visibilitychange"));
};
const asked = vi.fn<(path: string) => Promise<Response>>();
const PATH = "/api/jobs/batches/b";
const newest = () => {
  const source = FakeSource.made.at(-1);
  if (!source) throw new Error("no stream was opened");
  return source;
};

/** Listens, and keeps what it is told. */
function hear() {
  const data: unknown[] = [];
  const states: LiveState[] = [];
  const stop = listen(PATH, {
    onData: (json) => data.push(json),
    onState: (state) => states.push(state),
  });
  return { data, states, stop };
}
let heard: ReturnType<typeof hear>;

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal("EventSource", FakeSource);
  vi.stubGlobal("document", page);
  vi.stubGlobal("fetch", asked);
  asked.mockReset().mockImplementation(async () => Response.json({ polled: true }));
  FakeSource.made = [];
  page.hidden = false;
  heard = hear();
  newest().open();
});
afterEach(() => {
  heard.stop();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

describe("listening to a stream", () => {
  test("gives each event, at most one in half a second and always the last", async () => {
    newest().send("batch_update", 1);
    newest().send("batch_update", 2);
    newest().send("batch_update", 3);
    expect(heard.data).toEqual([1]);
    await vi.advanceTimersByTimeAsync(500);
    newest().send("batch_update", 4);
    expect(heard.data).toEqual([1, 3]);
    await vi.advanceTimersByTimeAsync(500);
    expect(heard.data).toEqual([1, 3, 4]);
    expect(heard.states).toEqual(["live"]);
  });

  test("gives the last event of all at once, and is over", async () => {
    newest().send("batch_update", 1);
    newest().send("batch_complete", 2);
    expect(heard.data).toEqual([1, 2]);
    expect(heard.states.at(-1)).toBe("over");
    expect(newest().readyState).toBe(FakeSource.CLOSED);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(FakeSource.made).toHaveLength(1);
    expect(asked).not.toHaveBeenCalled();
  });

  test("is one stream for all who listen to it, until the last one leaves", () => {
    newest().send("batch_update", 1);
    const second = hear();
    expect(FakeSource.made).toHaveLength(1);
    expect(second.data).toEqual([1]);
    heard.stop();
    expect(newest().readyState).toBe(1);
    second.stop();
    expect(newest().readyState).toBe(FakeSource.CLOSED);
  });
});

describe("a stream that breaks", () => {
  test("isn't told of where it is back within 3 s, as after its usual end", async () => {
    newest().breakOff();
    await vi.advanceTimersByTimeAsync(2_500);
    newest().open();
    await vi.advanceTimersByTimeAsync(20_000);
    expect(heard.states).toEqual(["live"]);
    expect(asked).not.toHaveBeenCalled();
  });

  test("is made up for by asking every 5 s, and made anew after 1, 2, 5 and 10 s", async () => {
    const times: number[] = [];
    const from = Date.now();
    asked.mockImplementation(async () => {
      times.push((Date.now() - from) / 1_000);
      return Response.json({ at: times.length });
    });
    const made: number[] = [];
    newest().refuse();
    for (let second = 0; second < 20; second++) {
      const before = FakeSource.made.length;
      await vi.advanceTimersByTimeAsync(1_000);
      if (FakeSource.made.length === before) continue;
      made.push((Date.now() - from) / 1_000);
      newest().refuse();
    }
    expect(made).toEqual([1, 3, 8, 18]);
    expect(times).toEqual([3, 8, 13, 18]);
    expect(heard.data).toEqual([{ at: 1 }, { at: 2 }, { at: 3 }, { at: 4 }]);
    expect(heard.states).toEqual(["live", "reconnecting", "polling"]);
    await vi.advanceTimersByTimeAsync(10_000);
    newest().open();
    expect(heard.states.at(-1)).toBe("live");
    asked.mockClear();
    await vi.advanceTimersByTimeAsync(20_000);
    expect(asked).not.toHaveBeenCalled();
  });

  test("is offline while nobody answers at all", async () => {
    asked.mockRejectedValue(new TypeError("failed to fetch"));
    newest().breakOff();
    await vi.advanceTimersByTimeAsync(3_000);
    expect(heard.states.at(-1)).toBe("offline");
    asked.mockImplementation(async () => Response.json({ at: 2 }));
    await vi.advanceTimersByTimeAsync(5_000);
    expect(heard.states.at(-1)).toBe("polling");
  });

  test("is over where what it told of is gone", async () => {
    asked.mockImplementation(async () => Response.json({}, { status: 404 }));
    newest().refuse();
    await vi.advanceTimersByTimeAsync(3_000);
    expect(heard.states.at(-1)).toBe("over");
    const { length } = FakeSource.made;
    await vi.advanceTimersByTimeAsync(60_000);
    expect(FakeSource.made).toHaveLength(length);
  });
});

describe("a hidden page", () => {
  test("keeps its stream for a minute, and has a new one when it is looked at again", async () => {
    setHidden(true);
    await vi.advanceTimersByTimeAsync(59_000);
    expect(newest().readyState).toBe(1);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(newest().readyState).toBe(FakeSource.CLOSED);
    setHidden(false);
    expect(FakeSource.made).toHaveLength(2);
  });

  test("that is looked at again sooner keeps the one it has", async () => {
    setHidden(true);
    await vi.advanceTimersByTimeAsync(30_000);
    setHidden(false);
    await vi.advanceTimersByTimeAsync(120_000);
    expect(FakeSource.made).toHaveLength(1);
    expect(newest().readyState).toBe(1);
  });

  test("asks for nothing while it has no stream", async () => {
    newest().breakOff();
    setHidden(true);
    await vi.advanceTimersByTimeAsync(61_000);
    asked.mockClear();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(asked).not.toHaveBeenCalled();
  });
});
