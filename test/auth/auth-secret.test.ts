import { expect, test } from "vitest";
import { authSecret } from "@/lib/auth/auth-secret";

const CRON_SECRET = "0123456789abcdef";

test("sessions are signed by AUTH_SECRET where it is set", () => {
  expect(authSecret({ CRON_SECRET, AUTH_SECRET: "a-secret-of-its-own" })).toBe(
    "a-secret-of-its-own",
  );
});

test("else by one that follows from CRON_SECRET alone, and from each another", () => {
  const derived = authSecret({ CRON_SECRET });
  expect(derived).toMatch(/^[0-9a-f]{64}$/);
  expect(authSecret({ CRON_SECRET })).toBe(derived);
  expect(authSecret({ CRON_SECRET: `${CRON_SECRET}0` })).not.toBe(derived);
  expect(derived).not.toContain(CRON_SECRET);
});
