"use client";

import { type RefObject, useEffect } from "react";

/**
 * A click anywhere in a row of the table is one on its first link. By a listener and not by a link
 * stretched over the row: some browsers would stretch it over the page.
 */
export function useRowLinks(table: RefObject<HTMLElement | null>): void {
  useEffect(() => {
    const shown = table.current;
    if (!shown) return;
    const onClick = (event: MouseEvent) => {
      const { target } = event;
      if (!(target instanceof Element) || target.closest("a, button, input, label")) return;
      // Whoever marks text to copy it doesn't mean to leave.
      if (window.getSelection()?.isCollapsed === false) return;
      const link = target.closest("tbody tr")?.querySelector("a");
      const { ctrlKey, metaKey, shiftKey } = event;
      link?.dispatchEvent(
        new MouseEvent("click", { bubbles: true, cancelable: true, ctrlKey, metaKey, shiftKey }),
      );
    };
    shown.addEventListener("click", onClick);
    return () => shown.removeEventListener("click", onClick);
  });
}
