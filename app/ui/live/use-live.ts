"use client";

import { useEffect, useEffectEvent, useState } from "react";
import { type LiveState, listen } from "./listen";

type Options<T> = {
  path: string;
  initial: T;
  /** Reads the JSON that `path` gives and that each event of `path/stream` has. */
  schema: { parse: (json: unknown) => T };
  isOver: (shown: T) => boolean;
};

/** What came since the page was painted. */
type News<T> = { path: string; painted: string; value: T; at: Date };

/**
 * What the server painted, kept up to date by the event stream of `path`, and by asking every 5 s while
 * there is none. Once `isOver` nothing is asked any more, until the server paints something else. Two
 * places of a page with one path share one stream.
 */
export function useLive<T>({ path, initial, schema, isOver }: Options<T>): {
  shown: T;
  state: LiveState;
  asOf: Date;
} {
  const [news, setNews] = useState<News<T> | null>(null);
  const [state, setState] = useState<LiveState>("live");
  const [paintedAt] = useState(() => new Date());
  const painted = JSON.stringify(initial);
  // As long as more is to come the stream knows better than a page that was read anew meanwhile.
  const stands =
    news?.path === path && (news.painted === painted || !isOver(news.value)) ? news : null;
  const shown = stands ? stands.value : initial;
  const over = isOver(shown);
  const take = useEffectEvent((json: unknown) =>
    setNews({ path, painted, value: schema.parse(json), at: new Date() }),
  );
  useEffect(() => {
    if (over) return;
    return listen(path, { onData: (json) => take(json), onState: setState });
  }, [path, over]);
  return { shown, state: over ? "over" : state, asOf: stands?.at ?? paintedAt };
}
