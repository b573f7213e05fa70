"use client";

import { duration } from "@/lib/format/times";
import { useNow } from "../use-now";

/** How long something has lasted, or how long until it comes, going on by the second. */
export function Ticking({
  since,
  until,
  loadedAtMs,
}: ({ since: string; until?: undefined } | { since?: undefined; until: string }) & {
  /** The server's clock, which the times are by. */
  loadedAtMs: number;
}) {
  const nowMs = useNow(loadedAtMs, 1_000);
  const ms = since === undefined ? Date.parse(until) - nowMs : nowMs - Date.parse(since);
  return <span className="whitespace-nowrap tabular-nums">{toTheSecond(Math.max(0, ms))}</span>;
}

const HOUR_MS = 3_600_000;

/** 1 min 12 s, and from an hour on in minutes. */
function toTheSecond(ms: number): string {
  if (ms < 60_000 || ms >= HOUR_MS) return duration(ms);
  return `${duration(ms)} ${Math.floor((ms % 60_000) / 1_000)} s`;
}
