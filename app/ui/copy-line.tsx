"use client";

import { useEffect, useState } from "react";
import { buttonClass } from "./button";

const SAID_FOR_MS = 2_000;

/** A line of text to take elsewhere, and a button that copies it. */
export function CopyLine({ text, label }: { text: string; label: string }) {
  const [said, setSaid] = useState("");
  useEffect(() => {
    if (said === "") return;
    const timer = setTimeout(() => setSaid(""), SAID_FOR_MS);
    return () => clearTimeout(timer);
  }, [said]);
  const copy = () =>
    // Only pages by https, or of this machine, may write to the clipboard.
    navigator.clipboard?.writeText(text).then(
      () => setSaid("Copied"),
      () => setSaid("Select it and copy"),
    ) ?? setSaid("Select it and copy");
  return (
    <div className="flex flex-wrap items-center gap-2">
      <code className="rounded-tag bg-sunken px-2 py-1 font-mono text-caption wrap-anywhere">
        {text}
      </code>
      <button type="button" aria-label={label} className={buttonClass()} onClick={copy}>
        Copy
      </button>
      <span role="status" className="text-caption text-ink-2">
        {said}
      </span>
    </div>
  );
}
