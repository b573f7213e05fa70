import { expect, test } from "vitest";
import { clientAddress } from "@/lib/auth/client-address";
import { environment } from "@/lib/env";

const NEEDED = { DATABASE_URL: "postgres://u:p@host/name", CRON_SECRET: "0123456789abcdef" };
const onVercel = environment({ ...NEEDED, VERCEL: "1" });

const from = (address: string) =>
  new Request("http://localhost/", { headers: { "x-forwarded-for": address } });

test("off Vercel nobody's word for an address is taken", () => {
  expect(clientAddress(from("203.0.113.7"), environment(NEEDED))).toBeNull();
});

test.each([
  ["203.0.113.7", "203.0.113.7"],
  ["203.0.113.7, 198.51.100.1", "203.0.113.7"],
  ["2001:db8:0:1::1", "2001:db8:0:1"],
  ["2001:0DB8:0000:0001:ffff:ffff:ffff:ffff", "2001:db8:0:1"],
  ["2001:db8::1", "2001:db8:0:0"],
  ["::1", "0:0:0:0"],
  ["::", "0:0:0:0"],
  ["fe80::1:2:3:4", "fe80:0:0:0"],
  ["::ffff:203.0.113.7", "203.0.113.7"],
])("on Vercel %s counts as %s", (address, counted) => {
  expect(clientAddress(from(address), onVercel)).toBe(counted);
});

test("on Vercel a call without an address counts with all others like it", () => {
  expect(clientAddress(new Request("http://localhost/"), onVercel)).toBeNull();
});
