"use client";

import { useEffect } from "react";

/** Puts something before the tab's title as long as there is something to put, whoever writes the title. */
export function useTitlePrefix(prefix: string): void {
  useEffect(() => {
    if (prefix === "") return;
    const put = () => {
      if (!document.title.startsWith(prefix)) document.title = prefix + document.title;
    };
    put();
    // The page's own title may come, or come anew, at any time after it was drawn.
    const observer = new MutationObserver(put);
    observer.observe(document.head, { subtree: true, childList: true, characterData: true });
    return () => {
      observer.disconnect();
      if (document.title.startsWith(prefix)) document.title = document.title.slice(prefix.length);
    };
  }, [prefix]);
}
