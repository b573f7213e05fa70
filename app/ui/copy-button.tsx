"use client";

import { useState } from "react";
import { buttonClass } from "./button";

/** Copies a text, and says whether it did: without https a browser may refuse. */
export function CopyButton({ text, what }: { text: string; what: string }) {
  const [state, setState] = useState<"rest" | "copied" | "refused">("rest");
  const copy = () =>
    navigator.clipboard
      ? navigator.clipboard.writeText(text).then(
          () => setState("copied"),
          () => setState("refused"),
        )
      : setState("refused");
  return (
    <span className="inline-flex items-center gap-2">
      <button
        type="button"
        className={buttonClass()}
        aria-label={`Copy ${what}`}
        onClick={() => void copy()}
      >
        Copy
      </button>
      <span role="status" className="text-caption text-ink-2">
        {state === "copied" && "Copied"}
        {state === "refused" && "The browser didn’t allow it: select it and copy by hand"}
      </span>
    </span>
  );
}
