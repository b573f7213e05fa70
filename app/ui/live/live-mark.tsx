import { clock } from "@/lib/format/times";
import type { LiveState } from "./listen";

const WORDS: Readonly<Record<Exclude<LiveState, "over">, string>> = {
  live: "Live",
  reconnecting: "Reconnecting…",
  polling: "Polling every 5 s",
  offline: "Offline",
};

/**
 * How fresh the page is, and for who is told `asOf`, since when it isn't; nothing once there is nothing
 * to wait for.
 */
export function LiveMark({
  state,
  asOf,
  timeZone,
}: {
  state: LiveState;
  asOf?: Date;
  timeZone?: string;
}) {
  if (state === "over") return null;
  const since = state === "offline" && asOf && timeZone && `, as of ${clock(asOf, timeZone, true)}`;
  return (
    <span
      className="inline-flex items-center gap-2 whitespace-nowrap text-ink-2 text-small"
      role="status"
    >
      <span
        aria-hidden="true"
        className={`size-2 rounded-[50%] ${
          state === "live" ? "animate-live bg-processing-fill" : "border border-edge"
        }`}
      />
      {WORDS[state]}
      {since}
    </span>
  );
}
