"use client";

import { useSyncExternalStore } from "react";

/** What is kept in this browser: "off", or nothing. The shortcuts read it. */
const KEY = "canvass-keys";

function subscribe(onChange: () => void): () => void {
  window.addEventListener("storage", onChange);
  return () => window.removeEventListener("storage", onChange);
}

/** Turns the shortcuts of one key off, for who speaks to the computer or hits keys unawares (WCAG 2.1.4). */
export function ShortcutsSwitch() {
  const isOn = useSyncExternalStore(
    subscribe,
    () => localStorage.getItem(KEY) !== "off",
    () => true,
  );
  const toggle = () => {
    if (isOn) localStorage.setItem(KEY, "off");
    else localStorage.removeItem(KEY);
    // The browser tells other tabs only.
    window.dispatchEvent(new StorageEvent("storage", { key: KEY }));
  };
  return (
    <>
      <label className="inline-flex min-h-6 items-center gap-3 text-small coarse:min-h-11">
        <input
          type="checkbox"
          role="switch"
          aria-checked={isOn}
          className="size-4 accent-solid"
          checked={isOn}
          onChange={toggle}
        />
        Single-key shortcuts
      </label>
      <p className="mt-1 max-w-[68ch] text-caption text-ink-2">
        Such as j and k through a list, or g and then q to the questions. Shortcuts with Ctrl or ⌘
        stay.
      </p>
    </>
  );
}
