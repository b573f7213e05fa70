import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { post } from "@/lib/webhooks/post";
import { type Receiver, startReceiver } from "../webhook-receiver";

const STRICT = { WEBHOOKS_ALLOW_LOOPBACK_HTTP: false };
const FOR_TESTS = { WEBHOOKS_ALLOW_LOOPBACK_HTTP: true };

let receiver: Receiver;
let elsewhere: Receiver;
beforeAll(async () => {
  [receiver, elsewhere] = [await startReceiver(), await startReceiver()];
});
afterAll(() => Promise.all([receiver.close(), elsewhere.close()]));
beforeEach(() => {
  receiver.reset();
  elsewhere.reset();
});

const send = (url: string, options = {}) =>
  post(url, "{}", {}, { addresses: FOR_TESTS, ...options });
const names = (...addresses: string[]) =>
  vi.fn(async () =>
    addresses.map((address) => ({ address, family: address.includes(":") ? 6 : 4 })),
  );

describe("a call", () => {
  test("gives the status and Retry-After, and uses nothing of the body", async () => {
    receiver.answer({ status: 503, headers: { "retry-after": "7" }, body: "x".repeat(10_000_000) });
    expect(await send(receiver.url)).toEqual({ httpStatus: 503, retryAfter: "7" });
    expect(receiver.received).toMatchObject([{ path: "/hook", body: "{}" }]);
  });

  test("follows no redirect", async () => {
    receiver.answer({ status: 307, headers: { location: elsewhere.url } });
    expect(await send(receiver.url)).toMatchObject({ httpStatus: 307 });
    expect(elsewhere.received).toEqual([]);
  });

  test("ends at its limit where the receiver hangs", async () => {
    receiver.answer("hang");
    expect(await send(receiver.url, { timeoutMs: 100 })).toEqual({
      httpStatus: null,
      reason: "No reply came within 0.1 s.",
    });
  });

  test("ends at its limit where the name's resolution hangs", async () => {
    const resolve = () => new Promise<never>(() => undefined);
    expect(await send("https://hooks.example.com/", { timeoutMs: 100, resolve })).toEqual({
      httpStatus: null,
      reason: "No reply came within 0.1 s.",
    });
  });

  test("says where nobody listens, without the address, which may bear a token", async () => {
    const { reason } = (await send("http://127.0.0.1:1/token")) as { reason: string };
    expect(reason).toBe("No reply came: ECONNREFUSED.");
    const unknown = await send("https://no-such-name.invalid/token");
    expect(unknown).toEqual({ httpStatus: null, reason: "Its name could not be resolved." });
  });
});

describe("after the name's resolution", () => {
  const REFUSED = "Its address leads to a private or local network, which is not called.";

  test.each([
    ["a private address", ["10.0.0.1"]],
    ["the address of a cloud's credentials", ["169.254.169.254"]],
    ["this machine", ["127.0.0.1"]],
    ["this machine, in IPv6", ["::1"]],
    ["this machine, mapped", ["::ffff:127.0.0.1"]],
    ["a private address beside a public one", ["8.8.8.8", "10.0.0.1"]],
    ["nothing", []],
  ])("%s is refused", async (_, addresses) => {
    for (const allowed of [STRICT, FOR_TESTS]) {
      const options = { addresses: allowed, resolve: names(...addresses) };
      expect(await send("https://hooks.example.com/", options)).toEqual({
        httpStatus: null,
        reason: REFUSED,
      });
    }
  });

  test("a name that really is this machine's is refused", async () => {
    expect(await send(`https://localhost:${receiver.port}/`)).toMatchObject({ reason: REFUSED });
    expect(receiver.received).toEqual([]);
  });

  test("plain http to a name that leads elsewhere is refused, with the setting for tests too", async () => {
    const url = `http://localhost:${receiver.port}/`;
    for (const resolve of [names("8.8.8.8"), names("127.0.0.1", "10.0.0.1")]) {
      expect(await send(url, { resolve })).toMatchObject({ httpStatus: null });
    }
    expect(await send(receiver.url, { addresses: STRICT })).toMatchObject({
      reason: "Its address is not https.",
    });
    expect(receiver.received).toEqual([]);
  });

  test("the call goes to the address that was checked, whatever the name is then", async () => {
    // No resolver knows the name: who asked once more would not get there.
    const resolve = names("127.0.0.1");
    const url = `http://hooks.localhost.invalid:${receiver.port}/hook`;
    expect(await send(url, { resolve })).toMatchObject({ httpStatus: 204 });
    expect(resolve).toHaveBeenCalledTimes(1);
    expect(receiver.received[0]?.headers.host).toBe(`hooks.localhost.invalid:${receiver.port}`);
  });
});
