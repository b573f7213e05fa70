"use client";

import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { type LiveState, listen } from "./listen";

const POLL_MS = 5_000;

/**
 * What the server painted, kept up to date: by its event stream, and by asking every 5 s while there is
 * none. `read` takes the JSON of `path`, and of the stream's events, to what is shown; `path` is also its
 * key, so that two places of a page share one truth. Once `isOver` nothing is asked any more.
 */
export function useLive<T>({
  path,
  initial,
  schema,
  isOver,
}: {
  path: string;
  initial: T;
  /** Reads the JSON that `path` gives and that each event of `path/stream` has. */
  schema: { parse: (json: unknown) => T };
  isOver: (shown: T) => boolean;
}): { shown: T; state: LiveState; asOf: Date } {
  const client = useQueryClient();
  const [state, setState] = useState<LiveState>(isOver(initial) ? "over" : "live");
  const { data: shown = initial, dataUpdatedAt } = useQuery({
    queryKey: [path],
    queryFn: async ({ signal }) => {
      const response = await fetch(path, { signal });
      if (!response.ok) throw new Error(`${path}: ${response.status}`);
      return schema.parse(await response.json());
    },
    initialData: initial,
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
    refetchInterval: state === "polling" || state === "reconnecting" ? POLL_MS : false,
  });
  const over = isOver(shown);
  useEffect(() => {
    if (over) return setState("over");
    return listen(`${path}/stream`, {
      onData: (json) => client.setQueryData([path], schema.parse(json)),
      onState: setState,
    });
  }, [path, over, client, schema]);
  return { shown, state, asOf: new Date(dataUpdatedAt) };
}
