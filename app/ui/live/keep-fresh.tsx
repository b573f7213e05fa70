"use client";

import { useQuery } from "@tanstack/react-query";
import { useRouter } from "next/navigation";
import { useEffect, useRef } from "react";
import { LiveMark } from "./live-mark";

type Props = {
  /** Of our API: what says that something has changed. */
  path: string;
  everySeconds: number;
};

/**
 * Asks every so often, while the page is looked at, and has the server paint the page anew where the
 * answer changed. It asks first, since a page that is read from a server that is away is lost. Out: true
 * where the last answer came.
 */
function useFreshPage({ path, everySeconds }: Props): boolean {
  const router = useRouter();
  const painted = useRef<unknown>(undefined);
  const { data, isError, isPaused } = useQuery({
    queryKey: ["fresh", path],
    queryFn: async ({ signal }): Promise<unknown> => {
      const response = await fetch(path, { signal });
      if (!response.ok) throw new Error(`${path}: ${response.status}`);
      return response.json();
    },
    refetchInterval: everySeconds * 1_000,
    retry: false,
  });
  useEffect(() => {
    // Equal replies are one object; the first is what the page was painted from.
    if (painted.current !== undefined && data !== painted.current) router.refresh();
    painted.current = data;
  }, [data, router]);
  return !isError && !isPaused;
}

/** Keeps the page fresh, and says nothing of it. */
export function KeepFresh(props: Props) {
  useFreshPage(props);
  return null;
}

/** Keeps the page fresh, and says whether that works. */
export function FreshMark(props: Props) {
  return <LiveMark state={useFreshPage(props) ? "polling" : "reconnecting"} />;
}
