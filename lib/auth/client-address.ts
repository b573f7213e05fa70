import { isIPv6 } from "node:net";
import type { Environment } from "@/lib/env";

/**
 * Where a call comes from, an IPv6 address as its /64 network, since whoever has one has all of it.
 * Null: it can't be known. Only Vercel writes X-Forwarded-For itself; elsewhere callers may send what
 * they like, and Next doesn't show a route the socket.
 * https://vercel.com/docs/headers/request-headers#x-forwarded-for
 */
export function clientAddress(request: Request, env: Environment): string | null {
  if (!env.VERCEL) return null;
  const address = request.headers.get("x-forwarded-for")?.split(",")[0]?.trim();
  if (!address) return null;
  if (!isIPv6(address)) return address;
  return address.includes(".") ? address.slice(address.lastIndexOf(":") + 1) : network(address);
}

function network(address: string): string {
  const [left = "", right = ""] = address.split("::").map((half) => half.split(":"));
  const head = [...left].filter((group) => group !== "");
  const tail = [...right].filter((group) => group !== "");
  const zeros = Array<string>(Math.max(0, 8 - head.length - tail.length)).fill("0");
  const groups = [...head, ...zeros, ...tail].slice(0, 4);
  return groups.map((group) => Number.parseInt(group, 16).toString(16)).join(":");
}
