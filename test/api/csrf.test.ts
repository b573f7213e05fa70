import { once } from "node:events";
import { type IncomingMessage, request } from "node:http";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { OPERATOR_SECRET, type Reply, startApp, type TestApp } from "../app";
import { makeModel, makePrompt } from "../factories";
import { ownDatabase } from "../own-database";
import { callAs, makePerson, PASSWORD, type Person } from "./people";
import { expectError, hushSweeps, QUIET, stored } from "./refusals";

const database = ownDatabase();
let app: TestApp;
let admin: Person;

beforeAll(async () => {
  await hushSweeps();
  app = await startApp(database.url, QUIET);
  admin = await makePerson(app, "admin");
  const model = await makeModel();
  await makePrompt([model.id], { slug: "untouched" });
});
afterAll(() => app?.stop());

const PAUSE = "/api/jobs/queue/pause";

/** A call with exactly these headers and the cookie: fetch would not let a test choose the Host. */
async function withHeaders(
  method: string,
  path: string,
  headers: Record<string, string>,
): Promise<Reply> {
  const call = request(app.url + path, { method, headers: { cookie: admin.cookie, ...headers } });
  call.end();
  const [response]: IncomingMessage[] = await once(call, "response");
  if (!response) throw new Error("no response");
  const body = await text(response);
  return {
    status: response.statusCode ?? 0,
    headers: new Headers(Object.entries(response.headers).map(([name, v]) => [name, `${v}`])),
    text: body,
    body: JSON.parse(body),
  };
}

describe("a change by cookie is refused", () => {
  const port = () => new URL(app.url).port;
  const origins: [string, () => Record<string, string>][] = [
    ["no Origin", () => ({})],
    ["Origin null", () => ({ origin: "null" })],
    ["an empty Origin", () => ({ origin: "" })],
    ["another site", () => ({ origin: "https://evil.example" })],
    ["our host on another port", () => ({ origin: "http://127.0.0.1:1" })],
    ["our host as a part of another", () => ({ origin: `${app.url}.evil.example` })],
    ["another name of this machine", () => ({ origin: `http://localhost:${port()}` })],
    ["our address with a path", () => ({ origin: `${app.url}/` })],
    ["our address twice", () => ({ origin: `${app.url}, ${app.url}` })],
    ["our Referer, but no Origin", () => ({ referer: `${app.url}/` })],
    ["Sec-Fetch-Site alone", () => ({ "sec-fetch-site": "same-origin" })],
    [
      "a host that only a header names",
      () => ({ origin: "https://evil.example", "x-forwarded-host": "evil.example" }),
    ],
    [
      "http, where the call came by https",
      () => ({
        origin: `http://other.example`,
        host: "other.example",
        "x-forwarded-proto": "https",
      }),
    ],
  ];
  test.each(origins)("with %s", async (_, headers) => {
    const before = await stored();
    for (const [method, path] of [
      ["POST", PAUSE],
      ["POST", "/api/jobs/cancel"],
      ["POST", "/api/jobs/restart/1"],
      ["POST", "/api/prompts/untouched/runs"],
      ["DELETE", "/api/prompts/untouched"],
      ["PATCH", "/api/models/1"],
      ["POST", "/api/invitations"],
      ["POST", "/api/api-keys"],
      ["DELETE", "/api/api-keys/1"],
      ["POST", "/api/auth/sign-out"],
      ["POST", "/api/auth/revoke-sessions"],
      ["POST", "/api/auth/change-password"],
    ] as const) {
      expectError(await withHeaders(method, path, headers()), "ForbiddenError", 403);
    }
    expect(await stored()).toBe(before);
    expect((await callAs(app, admin, "GET", "/api/models")).status).toBe(200);
  });

  test("for what a form can send, from our own page too", async () => {
    const type = "application/x-www-form-urlencoded";
    const headers = { origin: app.url, "content-type": type };
    const { status } = await app.raw("/api/prompts", {
      method: "POST",
      headers: { cookie: admin.cookie, ...headers },
      body: "slug=x",
    });
    expect(status).toBe(400);
  });
});

describe("a change by cookie is made", () => {
  test("from the address that was called, or the configured one", async () => {
    // The app's own address is http://127.0.0.1:<port>; a proxy calls it by another name.
    const proxied = { host: "canvass.example.com", "x-forwarded-proto": "https" };
    for (const headers of [
      { origin: app.url },
      { ...proxied, origin: "https://canvass.example.com" },
      { ...proxied, origin: app.url },
    ]) {
      expect((await withHeaders("POST", PAUSE, headers)).status).toBe(200);
    }
  });

  test("by the operator and by a key from anywhere: no page can send their header", async () => {
    const { key } = (
      await callAs(app, admin, "POST", "/api/api-keys", { name: "CI", scopes: ["run"] })
    ).body;
    for (const authorization of [OPERATOR_SECRET, `Bearer ${key}`]) {
      const headers = { authorization, origin: "https://evil.example" };
      expect((await withHeaders("POST", PAUSE, headers)).status).toBe(200);
    }
  });
});

describe("a GET that does something", () => {
  test("is done by cookie for our own pages only", async () => {
    for (const site of [undefined, "none", "cross-site", "same-site", "Same-Origin"]) {
      const headers = site === undefined ? {} : { "sec-fetch-site": site };
      const reply = await withHeaders("GET", "/api/cron/sweep", { origin: app.url, ...headers });
      expectError(reply, "ForbiddenError", 403);
    }
    const own = { "sec-fetch-site": "same-origin" };
    expect((await withHeaders("GET", "/api/cron/sweep", own)).status).toBe(200);
  });

  test("and one that only reads for a link from anywhere", async () => {
    const headers = { "sec-fetch-site": "cross-site" };
    expect((await withHeaders("GET", "/api/models", headers)).status).toBe(200);
  });
});

describe("signing in", () => {
  test("from a foreign page is refused, from none is not", async () => {
    const body = JSON.stringify({ email: admin.email, password: PASSWORD });
    const signIn = (headers: Record<string, string>) =>
      app.raw("/api/auth/sign-in/email", {
        method: "POST",
        headers: { "content-type": "application/json", ...headers },
        body,
      });
    for (const origin of ["https://evil.example", "null"]) {
      expectError(await signIn({ origin }), "ForbiddenError", 403);
    }
    expectError(await signIn({ cookie: admin.cookie }), "ForbiddenError", 403);
    expect((await signIn({})).status).toBe(200);
  });
});

test("no reply lets another origin read it", async () => {
  const origin = "https://evil.example";
  const preflight = { origin, "access-control-request-method": "POST" };
  for (const reply of [
    await app.raw("/api/models", { headers: { origin, cookie: admin.cookie } }),
    await app.raw("/api/models", { method: "OPTIONS", headers: preflight }),
    await app.raw("/api/auth/sign-in/email", { method: "OPTIONS", headers: preflight }),
  ]) {
    const names = [...reply.headers.keys()].filter((name) => name.startsWith("access-control"));
    expect(names).toEqual([]);
  }
});
