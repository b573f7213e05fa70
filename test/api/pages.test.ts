import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startApp, type TestApp } from "../app";
import { ownDatabase } from "../own-database";
import { callAs, makePerson, PASSWORD, type Person } from "./people";
import { hushSweeps, QUIET } from "./refusals";

const database = ownDatabase();
let app: TestApp;

beforeAll(async () => {
  await hushSweeps();
  app = await startApp(database.url, QUIET);
});
afterAll(() => app?.stop());

const read = (path: string, headers: Record<string, string> = {}) => app.raw(path, { headers });
const nonceOf = (headers: Headers) =>
  /'nonce-([^']+)'/.exec(headers.get("content-security-policy") ?? "")?.[1];

describe("before there is an account", () => {
  test("signing in leads to the setup, which asks for the operator's secret", async () => {
    const reply = await read("/sign-in");
    expect([reply.status, reply.headers.get("location")]).toEqual([307, "/setup"]);
    const { status, text } = await read("/setup");
    expect(status).toBe(200);
    expect(text).toContain("Operator secret");
    expect(text).toContain("Create the account");
  });
});

describe("with accounts", () => {
  let admin: Person;
  beforeAll(async () => {
    admin = await makePerson(app, "admin");
  });

  test("the setup is over", async () => {
    const { text } = await read("/setup");
    expect(text).toContain("Canvass is set up already.");
    expect(text).not.toContain("<form");
  });

  test("signing in asks for email and password, as password managers know them", async () => {
    const { status, text } = await read("/sign-in");
    expect(status).toBe(200);
    expect(text).toContain("Accounts are by invitation. Ask an admin.");
    expect(text).toMatch(/autoComplete="username"/i);
    expect(text).toMatch(/autoComplete="current-password"/i);
    // Sent before the page's script runs, it must not put the password into the address.
    expect(text).toMatch(/<form [^>]*method="post"/);
  });

  test("who is signed in goes on to where they wanted, within Canvass", async () => {
    const goesTo = async (next: string) => {
      const path = `/sign-in?next=${encodeURIComponent(next)}`;
      return (await read(path, { cookie: admin.cookie })).headers.get("location");
    };
    expect(await goesTo("/jobs?status=failed")).toBe("/jobs?status=failed");
    for (const next of ["//evil.example", "/\\evil.example", "https://evil.example", "/\t/evil"]) {
      expect(await goesTo(next)).toBe("/");
      expect((await read(`/sign-in?next=${encodeURIComponent(next)}`)).text).not.toContain(
        'next":"//evil',
      );
    }
  });

  test("an invitation says whom it invites, and nothing once it is used", async () => {
    const email = "page@example.com";
    const { body } = await callAs(app, admin, "POST", "/api/invitations", {
      email,
      role: "member",
    });
    const path = body.url.slice(app.url.length);
    const token = path.split("token=")[1];
    expect((await read(path)).text).toContain(email);
    const accepted = { token, name: "Pat", password: PASSWORD };
    await callAs(app, admin, "POST", "/api/invitations/accept", accepted);
    for (const gone of [path, "/invitation", "/invitation?token=", "/invitation?token=1&token=2"]) {
      const { status, text } = await read(gone);
      expect(status).toBe(200);
      expect(text).toContain("has expired, or never was");
      expect(text).not.toContain(email);
    }
  });
});

describe("every page", () => {
  const PAGES = ["/", "/setup", "/sign-in", "/sign-up", "/invitation", "/nowhere"];

  test.each(PAGES)("%s runs no script but those with its nonce", async (path) => {
    const first = await read(path);
    const second = await read(path);
    const nonce = nonceOf(first.headers);
    expect(nonce).toMatch(/^[\w+/]{22}==$/);
    expect(nonceOf(second.headers)).not.toBe(nonce);
    const policy = first.headers.get("content-security-policy") ?? "";
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toMatch(/script-src[^;]*unsafe/);
    const scripts = first.text.match(/<script[^>]*>/g) ?? [];
    expect(scripts.length).toBeGreaterThan(0);
    for (const script of scripts) expect(script).toContain(`nonce="${nonce}"`);
    expect(first.text).not.toMatch(/\son[a-z]+="|javascript:/i);
    expect(first.headers.get("cache-control")).toMatch(/no-store/);
  });

  test("has the nonce that the server made, whatever a caller sends", async () => {
    const policy = "script-src 'nonce-mine'";
    const { text, headers } = await read("/sign-in", { "content-security-policy": policy });
    expect(nonceOf(headers)).not.toBe("mine");
    expect(text).not.toContain("mine");
  });

  test("has it too where a header or another form of the address would go past the proxy", async () => {
    const past: [string, Record<string, string>][] = [
      ["/sign-in", { "x-middleware-subrequest": "proxy:proxy:proxy:proxy:proxy" }],
      ["/sign-in", { "x-middleware-subrequest": "src/proxy" }],
      ["/sign-in", { "next-router-prefetch": "1", purpose: "prefetch" }],
      ["/sign-in", { "x-forwarded-host": "evil.example", "x-original-url": "/api/health" }],
      ["/sign-in?_rsc=1", { rsc: "1" }],
      ["/sign-in.rsc", {}],
      ["/%73ign-in", {}],
    ];
    for (const [path, headers] of past) {
      expect(nonceOf((await read(path, headers)).headers)).toMatch(/^[\w+/]{22}==$/);
    }
  });

  test("holds no secret of the server", async () => {
    for (const path of PAGES) expect((await read(path)).text).not.toMatch(/postgres:|[0-9a-f]{32}/);
  });
});

describe("every reply", () => {
  test.each(["/", "/sign-in", "/api/health", "/api/models", "/api/nope", "/api/%ff"])(
    "%s is taken for what it says it is, and tells other sites nothing",
    async (path) => {
      const { headers } = await read(path);
      expect(headers.get("x-content-type-options")).toBe("nosniff");
      expect(headers.get("referrer-policy")).toBe("same-origin");
      expect(headers.get("content-security-policy")).toContain("frame-ancestors 'none'");
      expect(headers.get("x-powered-by")).toBeNull();
      expect(headers.get("strict-transport-security")).toBeNull();
      const https = await read(path, { "x-forwarded-proto": "https" });
      expect(https.headers.get("strict-transport-security")).toBe("max-age=31536000");
    },
  );

  test("of the API is never kept, what Next itself answers included", async () => {
    for (const method of ["GET", "PUT", "OPTIONS"]) {
      const { headers } = await app.raw("/api/cron", { method });
      expect(headers.get("cache-control")).toBe("no-store");
    }
  });
});
