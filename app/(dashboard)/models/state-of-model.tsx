import { clock } from "@/lib/format/times";
import type { ModelState, Scope } from "@/lib/models/model-state";

/** A model's state in words, and the way out of it where `onResume` is one. */
export function StateOfModel({
  state,
  timeZone,
  onResume,
}: {
  state: ModelState;
  timeZone: string;
  onResume: (() => void) | null;
}) {
  const { mark, color, text } = words(state, timeZone);
  return (
    <span className="inline-flex flex-wrap items-center gap-x-3 gap-y-1">
      <span className={`inline-flex items-center gap-2 ${color}`}>
        <span aria-hidden="true">{mark}</span>
        {text}
      </span>
      {onResume && (state.kind === "paused" || state.kind === "stopped") && (
        <button
          type="button"
          onClick={onResume}
          className="min-h-6 rounded-bar font-medium underline underline-offset-2 coarse:min-h-11"
        >
          {resumeWords(state.scope)}
        </button>
      )}
    </span>
  );
}

function words(state: ModelState, timeZone: string): { mark: string; color: string; text: string } {
  switch (state.kind) {
    case "on":
      return { mark: "●", color: "", text: "On" };
    case "off":
      return { mark: "○", color: "", text: "Off" };
    case "paused":
      return { mark: "‖", color: "text-warning-text", text: pausedWords(state.scope) };
    case "stopped": {
      const until = state.until ? ` until ${clock(state.until, timeZone)}` : "";
      return { mark: "!", color: "text-warning-text", text: `Stopped${until} (${state.reason})` };
    }
    case "no-key":
      return { mark: "!", color: "text-warning-text", text: `No key (${state.variable})` };
    case "slowed":
      return {
        mark: "!",
        color: "text-warning-text",
        text: `Waits until ${clock(state.until, timeZone)} (rate limit)`,
      };
  }
}

function pausedWords({ provider, modelId }: Scope): string {
  if (modelId !== undefined) return "Paused";
  return provider === undefined ? "Paused with everything" : `Paused with ${provider}`;
}

function resumeWords({ provider, modelId }: Scope): string {
  if (modelId !== undefined) return "Resume";
  return provider === undefined ? "Resume everything" : `Resume ${provider}`;
}
