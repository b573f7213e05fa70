import type { LiveState } from "./listen";

const WORDS: Readonly<Record<Exclude<LiveState, "over">, string>> = {
  live: "Live",
  reconnecting: "Reconnecting…",
  polling: "Polling every 5 s",
};

/** How fresh the page is; nothing once there is nothing to wait for. */
export function LiveMark({ state }: { state: LiveState }) {
  if (state === "over") return null;
  return (
    <span className="inline-flex items-center gap-2 text-ink-2 text-small" role="status">
      <span
        aria-hidden="true"
        className={`size-2 rounded-[50%] ${
          state === "live" ? "animate-live bg-processing-fill" : "border border-edge"
        }`}
      />
      {WORDS[state]}
    </span>
  );
}
