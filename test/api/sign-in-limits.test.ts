import { sql } from "drizzle-orm";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { execute } from "@/db/client";
import { MOST_FAILURES, WINDOW_SECONDS } from "@/lib/auth/sign-in-limits";
import { type Reply, startApp, type TestApp } from "../app";
import { ownDatabase } from "../own-database";
import { callAs, makePerson, PASSWORD, trySignIn } from "./people";
import { expectError, hushSweeps, QUIET } from "./refusals";

const database = ownDatabase();

beforeAll(hushSweeps);
beforeEach(async () => {
  await execute(sql`delete from sign_in_failures`);
});

function expectRateLimited(reply: Reply) {
  expectError(reply, "RateLimitedError", 429, { retryAfterSeconds: expect.any(Number) });
  const seconds = Number(reply.headers.get("retry-after"));
  expect(seconds).toBeGreaterThan(WINDOW_SECONDS - 60);
  expect(seconds).toBeLessThanOrEqual(WINDOW_SECONDS);
  expect(reply.body.message).toBe(`Too many tries. Wait ${reply.body.retryAfterSeconds} s.`);
}

const statuses = (replies: Reply[], status: number) =>
  replies.filter((reply) => reply.status === status).length;

/** Lets a window pass, since the first failure. */
const passWindow = () =>
  execute(sql`
  update sign_in_failures set resets_at = resets_at - make_interval(secs => ${WINDOW_SECONDS}::int)`);

describe("off Vercel", () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startApp(database.url, QUIET);
  });
  afterAll(() => app?.stop());

  const guess = (email: string, n = 0, headers = {}) =>
    trySignIn(app, { email, password: `wrong horse ${n}` }, headers);

  test("of 500 guesses at once, no more than ten are looked at", async () => {
    const { email } = await makePerson(app);
    const replies = await Promise.all(Array.from({ length: 500 }, (_, n) => guess(email, n)));
    expect(statuses(replies, 401)).toBe(MOST_FAILURES.account);
    expect(statuses(replies, 429)).toBe(500 - MOST_FAILURES.account);
    // Not even the right one, until the window has passed.
    expectRateLimited(await trySignIn(app, { email, password: PASSWORD }));
    await passWindow();
    expect((await trySignIn(app, { email, password: PASSWORD })).status).toBe(200);
  });

  test("an email that nobody has is limited the same", async () => {
    const replies = await Promise.all(Array.from({ length: 30 }, (_, n) => guess("no@no.no", n)));
    expect(statuses(replies, 401)).toBe(MOST_FAILURES.account);
    expectRateLimited(await guess("No@No.No"));
  });

  test("an address that the caller makes up changes nothing", async () => {
    const { email } = await makePerson(app);
    const replies = await Promise.all(
      Array.from({ length: 30 }, (_, n) =>
        guess(email, n, { "x-forwarded-for": `203.0.113.${n}`, "x-real-ip": `203.0.113.${n}` }),
      ),
    );
    expect(statuses(replies, 401)).toBe(MOST_FAILURES.account);
  });

  test("a success forgets the failures before it, and costs no other account a try", async () => {
    const { email } = await makePerson(app);
    for (let round = 0; round < 2; round++) {
      for (let n = 1; n < MOST_FAILURES.account; n++) expect((await guess(email)).status).toBe(401);
      expect((await trySignIn(app, { email, password: PASSWORD })).status).toBe(200);
    }
    const [row] = await execute<{ key: string; failures: number }>(sql`
      select key, failures from sign_in_failures`);
    expect(row).toEqual({ key: "sign-in:everybody", failures: 2 * (MOST_FAILURES.account - 1) });
  });

  test("all together have a limit, since none can be told apart", async () => {
    await execute(sql`
      insert into sign_in_failures values
        ('sign-in:everybody', ${MOST_FAILURES.everybody - 1}::int, now() + interval '890 s')`);
    expect((await guess("a@example.com")).status).toBe(401);
    expectRateLimited(await guess("b@example.com"));
  });

  test("a stolen session gets no more guesses at its password", async () => {
    const person = await makePerson(app);
    const change = (n: number) =>
      callAs(app, person, "POST", "/api/auth/change-password", {
        currentPassword: `wrong horse ${n}`,
        newPassword: "another horse",
      });
    const replies = await Promise.all(Array.from({ length: 20 }, (_, n) => change(n)));
    expect(statuses(replies, 400)).toBe(MOST_FAILURES.account);
    expectRateLimited(await change(21));
  });

  test("rows of windows that have passed are taken along", async () => {
    await execute(sql`
      insert into sign_in_failures
        select 'account:' || n, 3, now() - interval '1 s' from generate_series(1, 25) n`);
    for (let n = 0; n < 3; n++) await guess("a@example.com");
    const [row] = await execute<{ n: number }>(sql`select count(*) as n from sign_in_failures`);
    expect(row?.n).toBe(2);
  });

  test("nothing that was typed is stored", async () => {
    await guess("typed@example.com");
    const rows = await execute<{ key: string }>(sql`select key from sign_in_failures`);
    expect(JSON.stringify(rows)).not.toMatch(/typed|horse/);
  });
});

describe("on Vercel", () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startApp(database.url, { ...QUIET, VERCEL: "1", ALLOW_SIGN_UP: "true" });
  });
  afterAll(() => app?.stop());

  const from = (address: string, n: number) =>
    trySignIn(
      app,
      { email: `nobody-${n}@example.com`, password: "wrong horse" },
      { "x-forwarded-for": address },
    );

  test.each([
    ["an IPv4 address", () => "203.0.113.7"],
    ["an IPv6 network", (n: number) => `2001:db8:0:1::${n.toString(16)}`],
    ["an IPv4 address written as IPv6", () => "::ffff:203.0.113.8"],
  ])("%s has thirty failures, whatever the account, and others go on", async (_, address) => {
    const replies = await Promise.all(Array.from({ length: 50 }, (_, n) => from(address(n), n)));
    expect(statuses(replies, 401)).toBe(MOST_FAILURES.address);
    expectRateLimited(await from(address(99), 99));
    expect((await from("2001:db8:0:2::1", 100)).status).toBe(401);
  });

  test("sign-ups from one address are limited too, where they are open", async () => {
    const signUp = (n: number, address = "203.0.113.9") =>
      app.raw("/api/auth/sign-up/email", {
        method: "POST",
        headers: { "content-type": "application/json", "x-forwarded-for": address },
        body: JSON.stringify({ email: `new-${n}@example.com`, name: "New", password: PASSWORD }),
      });
    const replies = await Promise.all(Array.from({ length: 33 }, (_, n) => signUp(n)));
    expect(statuses(replies, 200)).toBe(MOST_FAILURES.address);
    expect(statuses(replies, 429)).toBe(3);
    const made = replies.find((reply) => reply.status === 200);
    expect(made?.body.user).toMatchObject({ role: "member", name: "New" });
    expect(made?.headers.getSetCookie()[0]).toContain("canvass.session_token=");
    const taken = await signUp(replies.indexOf(made as Reply), "203.0.113.10");
    expectError(taken, "ConflictError", 409);
  });
});
