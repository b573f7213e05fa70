"use client";

import { useSyncExternalStore } from "react";

const NEVER = () => () => {};

/** False while the page is what the server painted, which knows nothing of what a browser keeps. */
export function useInBrowser(): boolean {
  return useSyncExternalStore(
    NEVER,
    () => true,
    () => false,
  );
}
