import { createHmac } from "node:crypto";
import { expect, test } from "vitest";
import { MOST_TRIES, nextTryMs } from "@/lib/webhooks/backoff";
import { signedMessage } from "@/lib/webhooks/message";
import { webhookSecrets } from "@/lib/webhooks/secret";
import { verified } from "../webhook-receiver";

const CRON_SECRET = "0123456789abcdef";
const NEXT = "another-cron-secret";
const ROW = { id: 7, secretSalt: "salt" };
const TOLD = {
  eventId: 12,
  type: "budget.reached",
  data: { day: "2026-11-24", note: "über" },
  createdAt: new Date("2026-11-24T21:53:50.183Z"),
} as const;

test("a message is signed as the specification says: HMAC-SHA256 of id, time and body", () => {
  const [secret] = webhookSecrets(ROW, { CRON_SECRET });
  const at = new Date("2026-11-24T22:00:00.900Z");
  const { body, headers } = signedMessage(TOLD, [secret], at);
  expect(body).toBe(
    '{"type":"budget.reached","timestamp":"2026-11-24T21:53:50.183Z","data":{"day":"2026-11-24","note":"über"}}',
  );
  expect(headers["webhook-timestamp"]).toBe("1795557600");
  const key = Buffer.from(secret.replace(/^whsec_/, ""), "base64");
  expect(key).toHaveLength(32);
  const hmac = createHmac("sha256", key)
    .update(`evt_12_1795557230183.1795557600.${body}`)
    .digest("base64");
  expect(headers).toMatchObject({
    "webhook-id": "evt_12_1795557230183",
    "webhook-signature": `v1,${hmac}`,
  });
});

test("another salt, webhook or CRON_SECRET makes another secret, and AUTH_SECRET outlives CRON_SECRET", () => {
  const of = (row = {}, env = {}) => webhookSecrets({ ...ROW, ...row }, { CRON_SECRET, ...env });
  const all = [of(), of({ id: 8 }), of({ secretSalt: "x" }), of({}, { CRON_SECRET: NEXT })];
  expect(new Set(all.flat()).size).toBe(4);
  const AUTH_SECRET = "a-secret-of-its-own";
  expect(of({}, { AUTH_SECRET })).toEqual(
    of({}, { AUTH_SECRET, CRON_SECRET: NEXT, CRON_SECRET_PREVIOUS: CRON_SECRET }),
  );
  for (const secret of all.flat()) expect(secret).not.toContain(CRON_SECRET);
});

test("while CRON_SECRET is rotated, receivers with the old secret and with the new one both verify", () => {
  const [old] = webhookSecrets(ROW, { CRON_SECRET });
  const both = webhookSecrets(ROW, { CRON_SECRET: NEXT, CRON_SECRET_PREVIOUS: CRON_SECRET });
  expect(both).toEqual([webhookSecrets(ROW, { CRON_SECRET: NEXT })[0], old]);
  const message = { path: "/", ...signedMessage(TOLD, both, new Date()) };
  for (const secret of both) expect(verified(message, secret).type).toBe("budget.reached");
  const [stranger] = webhookSecrets(ROW, { CRON_SECRET: "somebody-else's-secret" });
  expect(() => verified(message, stranger)).toThrow("No matching signature");
});

test("ten tries over three days, each wait up to a fifth longer", () => {
  const waits = (random: number) =>
    Array.from({ length: MOST_TRIES }, (_, n) =>
      nextTryMs(n + 1, { httpStatus: 500 }, () => random),
    );
  const hours = [2, 5, 10, 14, 20, 24].map((h) => h * 3_600_000);
  const planned = [5_000, 300_000, 1_800_000, ...hours];
  expect(waits(0)).toEqual([...planned, null]);
  expect(waits(1).slice(0, -1)).toEqual(planned.map((ms) => ms * 1.2));
});

test.each([
  [503, "120", 120_000],
  [429, "120", 120_000],
  [429, "1", 5_000],
  [429, "999999", 86_400_000],
  [429, "soon", 5_000],
  [500, "120", 5_000],
  [null, null, 5_000],
])(
  "after HTTP %s with Retry-After %s the second try comes after %s ms",
  (httpStatus, retryAfter, ms) => {
    expect(nextTryMs(1, { httpStatus, retryAfter }, () => 0)).toBe(ms);
  },
);
