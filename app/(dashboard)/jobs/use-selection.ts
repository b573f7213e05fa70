"use client";

import { useCallback, useEffect, useRef, useState } from "react";

/** Which rows are chosen: one by one, a range with shift, all on the page, or all that match. */
export type Selection = {
  chosen: ReadonlySet<number>;
  /** All that match, on this page or not. */
  isAll: boolean;
  choose: (id: number, withRange: boolean) => void;
  choosePage: (isChosen: boolean) => void;
  chooseAll: () => void;
  clear: () => void;
};

/** In: the ids of the page's rows, in their order. */
export function useSelection(ids: readonly number[]): Selection {
  const [chosen, setChosen] = useState<ReadonlySet<number>>(new Set());
  const [isAll, setAll] = useState(false);
  const last = useRef<number | null>(null);
  const order = useRef(ids);
  order.current = ids;

  const clear = useCallback(() => {
    setChosen(new Set());
    setAll(false);
    last.current = null;
  }, []);

  const choose = useCallback((id: number, withRange: boolean) => {
    const ids = withRange ? between(order.current, last.current, id) : [id];
    setAll(false);
    setChosen((before) => {
      const after = new Set(before);
      const isOn = !before.has(id);
      for (const each of ids) {
        if (isOn) after.add(each);
        else after.delete(each);
      }
      return after;
    });
    last.current = id;
  }, []);

  const choosePage = useCallback((isOn: boolean) => {
    setAll(false);
    setChosen(new Set(isOn ? order.current : []));
  }, []);

  useEffect(() => {
    if (chosen.size === 0) return;
    const onKey = (event: KeyboardEvent) => {
      if (event.key !== "Escape" || document.querySelector("dialog[open]")) return;
      // It frees one thing at a time.
      event.preventDefault();
      clear();
    };
    document.addEventListener("keydown", onKey);
    return () => document.removeEventListener("keydown", onKey);
  }, [chosen.size, clear]);

  return { chosen, isAll, choose, choosePage, chooseAll: () => setAll(true), clear };
}

/** The ids from one to the other, both included; only the last where the first isn't there. */
function between(ids: readonly number[], from: number | null, to: number): readonly number[] {
  const start = from === null ? -1 : ids.indexOf(from);
  const end = ids.indexOf(to);
  if (start < 0 || end < 0) return [to];
  return ids.slice(Math.min(start, end), Math.max(start, end) + 1);
}
