/** What a reader is told of how fresh the page is. */
export type LiveState = "live" | "reconnecting" | "polling" | "over";

/** The names of our streams' events; the last one of all says so. */
const UPDATES = ["job_update", "batch_update"];
const LAST = ["job_complete", "batch_complete"];

const AGAIN_AFTER_MS = [1_000, 2_000, 5_000, 10_000];

/** How long a hidden page keeps its stream: a browser has six connections to us, all tabs together. */
const HIDDEN_MS = 60_000;

/**
 * Listens to an event stream of ours until it is over or the function it gives is called. `onData` has
 * each event's JSON. An EventSource gives up for good at an HTTP error, as while a server restarts: then
 * a new one is made after 1, 2, 5, and each further 10 s.
 */
export function listen(
  path: string,
  { onData, onState }: { onData: (json: unknown) => void; onState: (state: LiveState) => void },
): () => void {
  let source: EventSource | undefined;
  let again: ReturnType<typeof setTimeout> | undefined;
  let hiding: ReturnType<typeof setTimeout> | undefined;
  let failures = 0;

  const close = () => {
    clearTimeout(again);
    source?.close();
    source = undefined;
  };
  const open = () => {
    close();
    const opened = new EventSource(path);
    source = opened;
    opened.onopen = () => {
      failures = 0;
      onState("live");
    };
    const read = (event: MessageEvent<string>) => onData(JSON.parse(event.data));
    for (const name of UPDATES) opened.addEventListener(name, read);
    for (const name of LAST) {
      opened.addEventListener(name, (event) => {
        read(event);
        stop();
        onState("over");
      });
    }
    opened.onerror = () => {
      if (opened.readyState !== EventSource.CLOSED) return onState("reconnecting");
      onState("polling");
      again = setTimeout(open, AGAIN_AFTER_MS[Math.min(failures, AGAIN_AFTER_MS.length - 1)]);
      failures += 1;
    };
  };
  const onVisibility = () => {
    clearTimeout(hiding);
    if (document.hidden) hiding = setTimeout(close, HIDDEN_MS);
    else if (source === undefined) open();
  };
  const stop = () => {
    close();
    clearTimeout(hiding);
    document.removeEventListener("visibilitychange", onVisibility);
  };
  document.addEventListener("visibilitychange", onVisibility);
  open();
  return stop;
}
