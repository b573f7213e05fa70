/** How fresh a page is; `over`: nothing more will come. */
export type LiveState = "live" | "reconnecting" | "polling" | "offline" | "over";

type Listener = { onData: (json: unknown) => void; onState: (state: LiveState) => void };

/** The names of our streams' events; the last one of all says so. */
const UPDATES = ["job_update", "batch_update"];
const LAST = ["job_complete", "batch_complete"];

/** After an HTTP error, as while a server restarts, an EventSource gives up: then a new one is made. */
const AGAIN_AFTER_MS = [1_000, 2_000, 5_000, 10_000];

/** Streams end by themselves every few minutes and come back within 2 s: nobody need know. */
const UNNOTICED_MS = 3_000;
const POLL_MS = 5_000;

/** How long a hidden page keeps its stream: a browser has six connections to us, all tabs together. */
const HIDDEN_MS = 60_000;

/** What changes faster can't be read. */
const UPDATE_EVERY_MS = 500;

const connections = new Map<string, ReturnType<typeof connect>>();

/**
 * Listens to `path/stream`, an event stream of ours, until it is over or the function it gives is called;
 * `onData` has each event's JSON, at most twice a second. While there is no stream, `path` itself is asked
 * every 5 s. All who listen to one path share one connection, which is closed while the page is hidden.
 */
export function listen(path: string, listener: Listener): () => void {
  const connection = connections.get(path) ?? connect(path, () => connections.delete(path));
  connections.set(path, connection);
  return connection.join(listener);
}

function connect(path: string, onEnd: () => void) {
  const listeners = new Set<Listener>();
  let source: EventSource | undefined;
  let timers: Partial<Record<Waiting, ReturnType<typeof setTimeout>>> = {};
  let failures = 0;
  let state: LiveState = "live";
  let latest: { json: unknown } | undefined;

  const cancel = (what: Waiting) => clearTimeout(timers[what]);
  const wait = (what: Waiting, ms: number, then: () => void) => {
    cancel(what);
    timers[what] = setTimeout(then, ms);
  };
  const tellState = (now: LiveState) => {
    if (now === state) return;
    state = now;
    for (const { onState } of [...listeners]) onState(now);
  };
  const tellData = () => {
    const told = latest;
    if (told) for (const { onData } of [...listeners]) onData(told.json);
    wait("telling", UPDATE_EVERY_MS, () => {
      delete timers.telling;
      if (latest !== told) tellData();
    });
  };
  const take = (json: unknown) => {
    latest = { json };
    if (timers.telling === undefined) tellData();
  };

  const close = () => {
    for (const timer of Object.values(timers)) clearTimeout(timer);
    timers = {};
    source?.close();
    source = undefined;
  };
  const end = () => {
    close();
    document.removeEventListener("visibilitychange", onVisibility);
    onEnd();
  };
  const finish = () => {
    end();
    tellState("over");
  };
  const open = () => {
    source?.close();
    const opened = new EventSource(`${path}/stream`);
    source = opened;
    opened.onopen = () => {
      failures = 0;
      cancel("polling");
      delete timers.polling;
      tellState("live");
    };
    const read = (event: MessageEvent<string>): unknown => JSON.parse(event.data);
    for (const name of UPDATES) opened.addEventListener(name, (event) => take(read(event)));
    for (const name of LAST) {
      opened.addEventListener(name, (event) => {
        latest = { json: read(event) };
        tellData();
        finish();
      });
    }
    opened.onerror = () => {
      if (timers.polling === undefined) wait("polling", UNNOTICED_MS, () => void poll());
      if (opened.readyState !== EventSource.CLOSED) return;
      const afterMs = AGAIN_AFTER_MS[Math.min(failures, AGAIN_AFTER_MS.length - 1)] ?? POLL_MS;
      failures += 1;
      wait("opening", afterMs, open);
    };
  };
  const poll = async () => {
    if (state === "live") tellState("reconnecting");
    const response = await fetch(path).catch(() => null);
    const json: unknown = response?.ok ? await response.json().catch(() => null) : null;
    // The stream may be back, or nobody listen any more.
    if (timers.polling === undefined) return;
    if (response?.status === 404) return finish();
    tellState(json === null ? "offline" : "polling");
    if (json !== null) take(json);
    wait("polling", POLL_MS, () => void poll());
  };
  const onVisibility = () => {
    if (!document.hidden) {
      cancel("hiding");
      if (source === undefined) open();
    } else if (timers.hiding === undefined) wait("hiding", HIDDEN_MS, close);
  };
  document.addEventListener("visibilitychange", onVisibility);
  open();
  if (document.hidden) onVisibility();
  return {
    join(listener: Listener): () => void {
      listeners.add(listener);
      listener.onState(state);
      if (latest) listener.onData(latest.json);
      return () => {
        if (listeners.delete(listener) && listeners.size === 0 && state !== "over") end();
      };
    },
  };
}

type Waiting = "telling" | "polling" | "opening" | "hiding";
