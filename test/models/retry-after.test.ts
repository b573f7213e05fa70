import { expect, it } from "vitest";
import { explicitWaitMs, parseDurationMs, rateLimitWaitMs } from "@/lib/models/retry-after";

const NOW = Date.parse("2026-03-01T12:00:00Z");

it.each([
  ["6m0s", 360_000],
  ["12ms", 12],
  ["1h2m3s", 3_723_000],
  ["8.64s", 8_640],
  ["1d1ms", 86_400_001],
  ["0s", 0],
  ["", null],
  [" ", null],
  [null, null],
  ["1772366400", null],
  ["soon", null],
  ["3s4m", null],
  ["-5s", null],
])("reads the duration %j as %j ms", (text, ms) => {
  expect(parseDurationMs(text)).toBe(ms);
});

it.each([
  ["90", 90_000],
  ["1.5", 1_500],
  ["0", 0],
  ["Sun, 01 Mar 2026 12:02:00 GMT", 120_000],
  ["Sun, 01 Mar 2026 11:00:00 GMT", 0],
  ["-3", null],
  ["1e3", null],
  ["tomorrow", null],
  ["Sunday or so", null],
  ["9".repeat(400), 31 * 24 * 3_600_000],
])("reads Retry-After %.30j as %j ms", (value, ms) => {
  expect(explicitWaitMs(new Headers({ "retry-after": value }), null, NOW)).toBe(ms);
});

it("takes the longest of all hints, and ignores X-RateLimit-Reset", () => {
  const headers = new Headers({
    "retry-after": "2",
    "retry-after-ms": "2500.5",
    "x-ratelimit-reset-requests": "4s",
    "x-ratelimit-reset-tokens": "3s",
    "x-ratelimit-reset": "1893456000000",
  });
  expect(rateLimitWaitMs(headers, 1, NOW)).toBe(4_000);
  expect(rateLimitWaitMs(headers, 5, NOW)).toBe(5_000);
  expect(explicitWaitMs(headers, 1, NOW)).toBe(2_501);
  expect(rateLimitWaitMs(new Headers(), null, NOW)).toBeNull();
});
