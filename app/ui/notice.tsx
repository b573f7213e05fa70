import type { ReactNode } from "react";

const KINDS = {
  info: { edge: "border-l-processing-fill", mark: "i", text: "text-processing-text" },
  warning: { edge: "border-l-warning-fill", mark: "!", text: "text-warning-text" },
  error: { edge: "border-l-failed-fill", mark: "✕", text: "text-failed-text" },
} as const;

/** What needs somebody: what is wrong, why, and one thing to do about it. */
export function Notice({ kind, children }: { kind: keyof typeof KINDS; children: ReactNode }) {
  const { edge, mark, text } = KINDS[kind];
  return (
    <div
      className={`mb-6 flex gap-3 rounded-bar border border-l-[3px] bg-surface px-3 py-2 text-small ${edge}`}
    >
      <span className={`font-semibold ${text}`} aria-hidden="true">
        {mark}
      </span>
      <div className="max-w-[68ch]">{children}</div>
    </div>
  );
}
