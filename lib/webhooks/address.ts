import ipaddr from "ipaddr.js";
import type { Environment } from "@/lib/env";
import { type ApiError, validationError } from "@/lib/errors";

/** Where a webhook may be sent: `loopback` for plain http to this machine, where the setting allows it. */
export type Reach = "public" | "loopback";

export type Addresses = Pick<Environment, "WEBHOOKS_ALLOW_LOOPBACK_HTTP">;

const LOCALHOST = /^(?:.+\.)?localhost\.?$/;

/** IPv6's assigned unicast space: outside of it lie forms that carry an IPv4 address, such as `::7f00:1`. */
const GLOBAL_UNICAST: [ipaddr.IPv6, number] = [ipaddr.IPv6.parse("2000::"), 3];

/**
 * What an address of a webhook may lead to, by its scheme; null: no such address is called at all, as
 * the scheme is another, or it bears a password.
 */
export function reachOf(url: URL, { WEBHOOKS_ALLOW_LOOPBACK_HTTP }: Addresses): Reach | null {
  if (url.username !== "" || url.password !== "") return null;
  if (url.protocol === "https:") return "public";
  return url.protocol === "http:" && WEBHOOKS_ALLOW_LOOPBACK_HTTP ? "loopback" : null;
}

/**
 * Whether an IP address lies where it may: on the internet, and not in any of the ranges that are set
 * aside (IANA's special-purpose registries, as ipaddr.js has them), mapped or tunnelled ones too.
 */
export function isWithin(reach: Reach, address: string): boolean {
  if (!ipaddr.isValid(address)) return false;
  const ip = ipaddr.parse(address);
  if (reach === "loopback") return ip.range() === "loopback";
  if (ip.range() !== "unicast") return false;
  return ip instanceof ipaddr.IPv4 || ip.match(GLOBAL_UNICAST);
}

/** The IP address that an address names literally; null: it has a name, which is resolved at each call. */
export function literalOf(url: URL): string | null {
  // WHATWG's parser has made 2130706433, 0x7f.1 and 0177.0.0.1 into 127.0.0.1 by now.
  const host = url.hostname.replace(/^\[(.*)\]$/, "$1");
  return ipaddr.isValid(host) ? host : null;
}

/**
 * An address that a webhook may have, as it is stored. What its name resolves to is checked at each
 * call. Throws ValidationError.
 */
export function acceptedUrl(value: string, addresses: Addresses): string {
  const url = URL.canParse(value) ? new URL(value) : null;
  const reach = url && reachOf(url, addresses);
  if (!url || !reach) throw refused("must be an https address without a user's name or password");
  const literal = literalOf(url);
  const isLocal = literal === null ? LOCALHOST.test(url.hostname) : isWithin("loopback", literal);
  if (reach === "loopback") {
    if (isLocal) return url.href;
    throw refused("must be https: plain http is only spoken to this machine");
  }
  if (!isLocal && (literal === null || isWithin(reach, literal))) return url.href;
  throw refused("must lead to the internet: private and local addresses are refused");
}

function refused(message: string): ApiError {
  return validationError([{ path: "url", message }]);
}
