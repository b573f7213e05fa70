import { sql } from "drizzle-orm";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { execute } from "@/db/client";
import { type Reply, startApp, type TestApp } from "../app";
import { makeJob, makeModel, makePrompt } from "../factories";
import { type FakeProvider, startFakeProvider } from "../fake-provider";
import { ownDatabase } from "../own-database";
import { type Receiver, startReceiver, verified } from "../webhook-receiver";
import { comeDue, forgetWebhooks, makeDelivery } from "../webhooks";
import { expectError, expectInvalid, hushSweeps, QUIET } from "./refusals";

const database = ownDatabase();
let provider: FakeProvider;
let receiver: Receiver;
let app: TestApp;

beforeAll(async () => {
  await hushSweeps();
  [provider, receiver] = [await startFakeProvider(), await startReceiver()];
  app = await startApp(database.url, {
    ...QUIET,
    OPENAI_API_KEY: "sk-test",
    OPENAI_BASE_URL: provider.url,
    WEBHOOKS_ALLOW_LOOPBACK_HTTP: "true",
  });
});
afterAll(async () => {
  // First, so that no try still hangs.
  await receiver?.close();
  await app?.stop();
  await provider?.close();
});
beforeEach(async () => {
  receiver.reset();
  provider.reset();
  await forgetWebhooks();
});

const ALL = ["batch.finished", "circuit.opened", "budget.reached"];
const create = (body: object = {}) =>
  app.call("POST", "/api/webhooks", { url: receiver.url, events: ALL, ...body });
const path = (reply: Reply) => `/api/webhooks/${reply.body.webhook.id}`;
const deliveriesAt = async (address: string, query = "") =>
  (await app.call("GET", `${address}/deliveries${query}`)).body;

/** A job of the provider's, in a batch of its own, asked over HTTP. */
async function ask(): Promise<string> {
  const { id: modelId } = await makeModel({ provider: "openai" });
  const { id: promptId } = await makePrompt([modelId]);
  const { id, batchKey } = await makeJob({ promptId, modelId });
  await app.call("POST", "/api/jobs/process", { jobId: id });
  return batchKey;
}

describe("a receiver that fails twice and hangs once", () => {
  test("gets each event at least once, verifiably signed, and each delivery is listed", async () => {
    const made = await create();
    const { secret } = made.body;
    // The end of a batch is told by the call that ended it, without any sweep.
    receiver.answer({ status: 500 }, { status: 500 }, "hang");
    const batchKey = await ask();
    await receiver.got(1);
    // A key that is refused opens a circuit.
    provider.reply(() => ({ kind: "json", status: 401, body: { error: { code: "bad_key" } } }));
    await ask();
    await receiver.got(2);
    const deliveries = async () => (await deliveriesAt(path(made))).deliveries;
    const sweepLater = async () => {
      await comeDue();
      await app.call("GET", "/api/cron/sweep");
      return (await deliveries()).map((delivery: { status: string }) => delivery.status);
    };
    await expect.poll(sweepLater, { timeout: 10_000 }).toEqual(["delivered", "delivered"]);
    const told = receiver.received.map((one) => verified(one, secret));
    const of = (type: string) => told.filter((message) => message.type === type);
    expect(of("batch.finished")[0]?.data).toMatchObject({
      batchKey,
      ownerId: null,
      summary: { total: 1, queued: 0, processing: 0, succeeded: 1 },
    });
    expect(of("circuit.opened")[0]?.data).toMatchObject({ provider: "openai" });
    expect(await deliveries()).toMatchObject([
      { type: "circuit.opened", status: "delivered", httpStatus: 204, nextAttemptAt: null },
      {
        type: "batch.finished",
        status: "delivered",
        messageId: receiver.received[0]?.headers["webhook-id"],
        data: { batchKey },
      },
    ]);
    expect(receiver.received.length).toBeGreaterThan(4);
    expect(app.output.join("\n")).not.toMatch(/\/hook|whsec_/);
  });
});

describe("making a webhook", () => {
  test("shows its secret once, and keeps it nowhere", async () => {
    const made = await create();
    const webhook = {
      id: expect.any(Number),
      url: receiver.url,
      events: ALL,
      active: true,
      createdAt: expect.stringMatching(/Z$/),
    };
    const secret = expect.stringMatching(/^whsec_[\w+/]{43}=$/);
    expect(made).toMatchObject({ status: 201, body: { success: true, webhook, secret } });
    const list = await app.call("GET", "/api/webhooks");
    expect(list.body).toEqual({ success: true, webhooks: [made.body.webhook] });
    const one = await app.call("GET", path(made));
    expect(one.body).toEqual({ success: true, webhook: made.body.webhook });
    const [row] = await execute<{ text: string }>(sql`select w::text as text from webhooks w`);
    expect(row?.text).not.toContain(made.body.secret.slice(6));
  });

  test.each([
    ["plain http", { url: "http://hooks.example.com/" }, "url"],
    ["a private address", { url: "https://10.0.0.1/" }, "url"],
    ["this machine by https", { url: "https://127.1/" }, "url"],
    ["a cloud's credentials in plain http", { url: "http://169.254.169.254/" }, "url"],
    ["a password", { url: "https://user:password@hooks.example.com/" }, "url"],
    ["no address", { url: "hooks.example.com" }, "url"],
    ["a long address", { url: `https://hooks.example.com/${"x".repeat(2_000)}` }, "url"],
    ["no events", { events: [] }, "events"],
    ["an event twice", { events: ["batch.finished", "batch.finished"] }, "events"],
    ["an event that there isn't", { events: ["batch.began"] }, "events.0"],
    ["a secret of one's own", { secret: "whsec_x" }, "secret"],
  ])("is refused with %s", async (_, body, at) => {
    expectInvalid(await create(body), at);
    const made = await create();
    expectInvalid(await app.call("PATCH", path(made), body), at);
  });

  test("ends at twenty", async () => {
    for (let n = 0; n < 20; n++) expect((await create()).status).toBe(201);
    expectError(await create(), "ConflictError", 409);
  });
});

describe("a webhook", () => {
  test("is changed, gets another secret, and is deleted", async () => {
    const made = await create();
    const change = { url: "https://hooks.example.com/", events: ["budget.reached"], active: false };
    const changed = await app.call("PATCH", path(made), change);
    expect(changed.body).toEqual({ success: true, webhook: { ...made.body.webhook, ...change } });
    expect((await app.call("PATCH", path(made), {})).body).toEqual(changed.body);
    const renewed = await app.call("POST", `${path(made)}/secret`);
    expect(renewed.body.secret).toMatch(/^whsec_/);
    expect(renewed.body.secret).not.toBe(made.body.secret);
    expect((await app.call("DELETE", path(made))).body).toEqual({ success: true });
    const { id: webhookId } = made.body.webhook;
    for (const [method, rest] of [
      ["GET", ""],
      ["DELETE", ""],
      ["GET", "/deliveries"],
      ["POST", "/secret"],
      ["POST", "/deliveries/1/send"],
    ] as const) {
      const reply = await app.call(method, path(made) + rest);
      expectError(reply, "NotFoundError", 404, { webhookId });
    }
  });

  test("is sent a delivery again by hand, whatever came of it, unless it is off", async () => {
    const { webhookId, deliveryId } = await makeDelivery();
    const at = `/api/webhooks/${webhookId}`;
    await execute(sql`update webhook_deliveries set status = 'failed', attempt_count = 10`);
    await app.call("PATCH", at, { url: receiver.url, active: false });
    const send = (id: number) => app.call("POST", `${at}/deliveries/${id}/send`);
    expectError(await send(deliveryId), "ConflictError", 409, { webhookId });
    await app.call("PATCH", at, { active: true });
    expect(await send(deliveryId)).toMatchObject({
      status: 202,
      body: { success: true, delivery: { id: deliveryId, status: "pending", attemptCount: 0 } },
    });
    await receiver.got(1);
    await expect
      .poll(async () => (await deliveriesAt(at)).deliveries)
      .toMatchObject([{ status: "delivered", attemptCount: 1 }]);
    await send(deliveryId);
    await receiver.got(2);
    const ids = receiver.received.map((one) => one.headers["webhook-id"]);
    expect(new Set(ids).size).toBe(1);
    expectError(await send(999_999), "NotFoundError", 404, { deliveryId: 999_999 });
  });

  test("lists its deliveries in pages, newest first", async () => {
    const { webhookId } = await makeDelivery();
    for (const day of ["a", "b"]) {
      await execute(sql`with e as (insert into webhook_events (type, key, data)
          values ('budget.reached', ${day}, '{}') returning id)
        insert into webhook_deliveries (webhook_id, event_id) select ${webhookId}, id from e`);
    }
    const at = `/api/webhooks/${webhookId}`;
    const ids = (page: { deliveries: { id: number }[] }) => page.deliveries.map(({ id }) => id);
    const all = await deliveriesAt(at);
    expect(all.nextCursor).toBeNull();
    expect(ids(all)).toEqual(ids(all).toSorted((a, b) => b - a));
    const first = await deliveriesAt(at, "?limit=2");
    const second = await deliveriesAt(at, `?limit=2&cursor=${first.nextCursor}`);
    expect([...ids(first), ...ids(second)]).toEqual(ids(all));
    expect(second.nextCursor).toBeNull();
  });
});
