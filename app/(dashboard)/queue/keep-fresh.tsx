"use client";

import { useQuery } from "@tanstack/react-query";
import { useRouter } from "next/navigation";
import { useEffect, useRef } from "react";
import { LiveMark } from "../../ui/live/live-mark";

const PATH = "/api/jobs/queue/stats";
const POLL_MS = 5_000;

/**
 * Asks every 5 s how the queue does, and has the server paint the page anew where that changed. It asks
 * first, since a page that is read from a server that is away is lost.
 */
export function KeepFresh() {
  const router = useRouter();
  const painted = useRef<unknown>(undefined);
  const { data, isError, isPaused } = useQuery({
    queryKey: [PATH],
    queryFn: async ({ signal }): Promise<unknown> => {
      const response = await fetch(PATH, { signal });
      if (!response.ok) throw new Error(`${PATH}: ${response.status}`);
      return response.json();
    },
    refetchInterval: POLL_MS,
    retry: false,
  });
  useEffect(() => {
    // Equal replies are one object; the first is what the page was painted from.
    if (painted.current !== undefined && data !== painted.current) router.refresh();
    painted.current = data;
  }, [data, router]);
  return <LiveMark state={isError || isPaused ? "reconnecting" : "polling"} />;
}
