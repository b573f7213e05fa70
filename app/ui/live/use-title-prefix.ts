"use client";

import { useEffect } from "react";

/** Puts something before the tab's title, as long as there is something to put. */
export function useTitlePrefix(prefix: string): void {
  useEffect(() => {
    if (prefix === "") return;
    document.title = prefix + document.title;
    return () => {
      // Another page may have its own by now.
      if (document.title.startsWith(prefix)) document.title = document.title.slice(prefix.length);
    };
  }, [prefix]);
}
