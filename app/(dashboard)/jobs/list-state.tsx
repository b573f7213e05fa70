import { counted } from "@/lib/format/figures";
import { buttonClass } from "../../ui/button";
import { LiveMark } from "../../ui/live/live-mark";

/** How fresh the list is, and what has come since. */
export function ListState({
  isCut,
  isPaused,
  newer,
  onPause,
  onShowNewer,
}: {
  /** The last asking wasn't answered. */
  isCut: boolean;
  isPaused: boolean;
  newer: number;
  /** Null: it is paused for as long as rows are selected. */
  onPause: (() => void) | null;
  onShowNewer: () => void;
}) {
  return (
    <div className="flex flex-wrap items-center gap-3">
      {newer > 0 && (
        <button type="button" className={buttonClass()} onClick={onShowNewer}>
          {counted(newer, "new job")} <span aria-hidden="true">↑</span>
        </button>
      )}
      {isPaused ? (
        <span className="text-ink-2 text-small">Updates paused</span>
      ) : (
        <LiveMark state={isCut ? "reconnecting" : "live"} />
      )}
      {onPause && (
        <button
          type="button"
          className="min-h-6 text-ink-2 text-small underline underline-offset-2 hover:text-ink coarse:min-h-11"
          onClick={onPause}
          data-key="l"
        >
          {isPaused ? "Go on" : "Pause"}
        </button>
      )}
    </div>
  );
}
