import { sql } from "drizzle-orm";
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { execute } from "@/db/client";
import { claimDelivery, recordTry, sendAgain } from "@/db/webhook-deliveries";
import { listDeliveries } from "@/db/webhook-queries";
import { findWebhook, updateWebhook } from "@/db/webhooks";
import { environment } from "@/lib/env";
import { log } from "@/lib/log";
import { MOST_TRIES } from "@/lib/webhooks/backoff";
import { deliverDue } from "@/lib/webhooks/deliver";
import { webhookSecrets } from "@/lib/webhooks/secret";
import { tellOfBudget } from "@/lib/webhooks/tell";
import { ownDatabase } from "../own-database";
import { type Receiver, startReceiver, verified } from "../webhook-receiver";
import { comeDue, forgetWebhooks, makeWebhook } from "../webhooks";

const database = ownDatabase();
const env = () =>
  environment({
    DATABASE_URL: database.url,
    CRON_SECRET: "0123456789abcdef",
    WEBHOOKS_ALLOW_LOOPBACK_HTTP: "true",
  });

let receiver: Receiver;
let other: Receiver;
const warned = vi.spyOn(log, "warn").mockReturnValue(undefined);
beforeAll(async () => {
  [receiver, other] = [await startReceiver(), await startReceiver()];
});
afterAll(() => Promise.all([receiver.close(), other.close()]));
beforeEach(async () => {
  receiver.reset();
  other.reset();
  warned.mockClear();
  await forgetWebhooks();
});

const makeHook = (to: Receiver) => makeWebhook(["budget.reached"], to.url);

/** What happens: a budget is used up on each of so many days. */
async function happen(events: number) {
  for (let day = 1; day <= events; day++) await tellOfBudget(`2026-11-${10 + day}`, 5);
}

const deliver = (options = {}) =>
  deliverDue(env(), { deadlineMs: Date.now() + 60_000, timeoutMs: 200, ...options });

const deliveriesOf = async (webhookId: number) =>
  (await listDeliveries(webhookId, { limit: 100, before: null })).map(({ delivery }) => delivery);

const waitsSeconds = async () =>
  (
    await execute<{ seconds: number }>(sql`
      select extract(epoch from next_attempt_at - now()) as seconds from webhook_deliveries`)
  )[0]?.seconds;

describe("a receiver that fails twice and hangs once", () => {
  test("gets each event at least once, verifiably signed, under one id", async () => {
    const hook = await makeHook(receiver);
    const [secret] = webhookSecrets(hook, env());
    await happen(3);
    receiver.answer({ status: 500 }, { status: 503 }, "hang");
    for (let round = 0; round < 3; round++) {
      await deliver();
      await comeDue();
    }
    const days = receiver.received.map((one) => verified(one, secret).data.day);
    expect(days).toHaveLength(6);
    expect(new Set(days)).toEqual(new Set(["2026-11-11", "2026-11-12", "2026-11-13"]));
    const ids = receiver.received.map((one) => one.headers["webhook-id"]);
    expect(new Set(ids).size).toBe(3);
    for (const delivery of await deliveriesOf(hook.id)) {
      expect(delivery).toMatchObject({ status: "delivered", attemptCount: 2, httpStatus: 204 });
      expect(delivery.error).toBeNull();
    }
  });

  test("is tried again later and later, each try stamped anew, and given up after the tenth", async () => {
    const hook = await makeHook(receiver);
    await happen(1);
    receiver.answer(...Array.from({ length: MOST_TRIES }, () => ({ status: 500 })));
    const waits = [];
    for (let attempt = 1; attempt <= MOST_TRIES; attempt++) {
      await deliver();
      waits.push(await waitsSeconds());
      await comeDue();
    }
    expect(waits[0]).toBeGreaterThan(3);
    expect(waits[0]).toBeLessThan(7);
    expect(waits[1]).toBeGreaterThan(290);
    expect(waits[8]).toBeGreaterThan(86_000);
    expect(await deliveriesOf(hook.id)).toMatchObject([
      {
        status: "failed",
        attemptCount: MOST_TRIES,
        httpStatus: 500,
        error: "It answered HTTP 500.",
      },
    ]);
    await deliver();
    expect(receiver.received).toHaveLength(MOST_TRIES);
    expect(await sendAgain(hook.id, (await deliveriesOf(hook.id))[0]?.id ?? 0)).toBe(true);
    await deliver();
    expect(await deliveriesOf(hook.id)).toMatchObject([{ status: "delivered", attemptCount: 1 }]);
  });

  test("and one that hangs holds up itself alone", async () => {
    const [hanging, well] = [await makeHook(receiver), await makeHook(other)];
    await happen(3);
    receiver.answer("hang");
    const delivering = deliver({ timeoutMs: 2_000 });
    await other.got(3);
    expect((await deliveriesOf(hanging.id)).filter((d) => d.status !== "pending")).toEqual([]);
    await delivering;
    expect((await deliveriesOf(well.id)).map((d) => d.status)).toEqual(Array(3).fill("delivered"));
    expect((await deliveriesOf(hanging.id)).at(-1)).toMatchObject({
      status: "pending",
      httpStatus: null,
      error: "No reply came within 2 s.",
    });
  });
});

test("of many who deliver at once, each message is sent by one", async () => {
  await makeHook(receiver);
  await happen(10);
  await Promise.all(Array.from({ length: 8 }, () => deliver()));
  expect(receiver.received).toHaveLength(10);
  expect(new Set(receiver.received.map((one) => one.headers["webhook-id"])).size).toBe(10);
});

test("the guard skip locked: thirty claims at once each get a delivery of their own", async () => {
  const hook = await makeHook(receiver);
  await happen(30);
  for (let round = 0; round < 5; round++) {
    await comeDue();
    const claims = Array.from({ length: 30 }, () => claimDelivery(hook.id, 40));
    const ids = (await Promise.all(claims)).map((claim) => claim?.id);
    expect(ids).not.toContain(undefined);
    expect(new Set(ids).size).toBe(30);
  }
});

test("a try whose sender died is made again when its lease ends, and who comes back late records nothing", async () => {
  const hook = await makeHook(receiver);
  await happen(1);
  const lost = await claimDelivery(hook.id, 40);
  if (!lost) throw new Error("nothing was due");
  await deliver();
  expect(receiver.received).toEqual([]);
  await comeDue();
  const next = await claimDelivery(hook.id, 40);
  expect(next).toMatchObject({ id: lost.id, attempt: 2 });
  expect(await recordTry(lost, { outcome: "delivered", httpStatus: 200 })).toBe(false);
  expect(await deliveriesOf(hook.id)).toMatchObject([{ status: "pending" }]);
  if (next) expect(await recordTry(next, { outcome: "delivered", httpStatus: 200 })).toBe(true);
});

test("410 Gone switches the webhook off, and what is left waits until it is on again", async () => {
  const hook = await makeHook(receiver);
  await happen(2);
  receiver.answer({ status: 410 });
  await deliver();
  expect(await findWebhook(hook.id)).toMatchObject({ active: false });
  expect(await deliveriesOf(hook.id)).toMatchObject([
    { status: "pending", attemptCount: 0 },
    { status: "failed", httpStatus: 410 },
  ]);
  await updateWebhook(hook.id, { active: true });
  await deliver();
  expect(receiver.received).toHaveLength(2);
});

test("a redirect is a failure, and is not followed", async () => {
  const hook = await makeHook(receiver);
  await happen(1);
  receiver.answer({ status: 308, headers: { location: other.url } });
  await deliver();
  expect(other.received).toEqual([]);
  expect(await deliveriesOf(hook.id)).toMatchObject([
    {
      status: "pending",
      httpStatus: 308,
      error: "It answered HTTP 308: redirects are not followed.",
    },
  ]);
});

test("a name that leads to a private address is not called", async () => {
  const hook = await makeWebhook(["budget.reached"], "https://hooks.example.com/token");
  await happen(1);
  const resolve = async () => [{ address: "10.0.0.1", family: 4 }];
  await deliver({ resolve });
  const [delivery] = await deliveriesOf(hook.id);
  expect(delivery).toMatchObject({ status: "pending", httpStatus: null });
  expect(delivery?.error).toMatch(/private or local network/);
});

test("a receiver's Retry-After is kept to", async () => {
  await makeHook(receiver);
  await happen(1);
  receiver.answer({ status: 429, headers: { "retry-after": "3600" } });
  await deliver();
  expect(await waitsSeconds()).toBeGreaterThan(3_500);
});

test("none is begun that couldn't end before the deadline", async () => {
  await makeHook(receiver);
  await happen(1);
  await deliver({ deadlineMs: Date.now() + 11_000 });
  expect(receiver.received).toEqual([]);
});

test("the log names the webhook by its id, never its address, which may bear a token", async () => {
  const hook = await makeHook(receiver);
  await happen(1);
  receiver.answer({ status: 500, body: "said by the receiver" });
  await deliver();
  const lines = JSON.stringify(warned.mock.calls);
  expect(lines).toContain(`"webhookId":${hook.id}`);
  expect(lines).not.toMatch(/127\.0\.0\.1|hook"|said by/);
});

test("where the database is away nothing is thrown", async () => {
  const failed = vi.spyOn(log, "error").mockReturnValue(undefined);
  await execute(sql`alter table webhook_deliveries rename to away`);
  await deliver();
  await execute(sql`alter table away rename to webhook_deliveries`);
  expect(failed).toHaveBeenCalledTimes(1);
  failed.mockRestore();
});
