import { sql } from "drizzle-orm";
import { afterAll, beforeAll, expect, test } from "vitest";
import { execute } from "@/db/client";
import { OPERATOR_SECRET as SECRET, startApp, type TestApp } from "../app";
import { makeModel, makePrompt } from "../factories";
import { ownDatabase } from "../own-database";
import { jobIn } from "./job-rows";
import { callAs, makePerson, type Person, trySignIn } from "./people";
import { hushSweeps, QUIET, tomorrow } from "./refusals";

const QUESTION = "What is it that no stranger may read?";

const database = ownDatabase();
let app: TestApp;
let owner: Person;
let thief: Person;
let promptId: number;
let jobId: number;
let revokedKey: string;

beforeAll(async () => {
  await hushSweeps();
  app = await startApp(database.url, QUIET);
  [owner, thief] = [await makePerson(app), await makePerson(app)];
  const { id: modelId } = await makeModel({ provider: "openai" });
  const of = {
    ownerId: owner.id,
    question: QUESTION,
    slug: "unseen",
    frequency: "manual",
  } as const;
  promptId = (await makePrompt([modelId], of)).id;
  const job = { promptId, modelId, ownerId: owner.id, scheduledFor: tomorrow() };
  jobId = (await jobIn("queued", job)).id;
  const made = await callAs(app, owner, "POST", "/api/api-keys", { name: "x", scopes: ["read"] });
  revokedKey = made.body.key;
  await callAs(app, owner, "DELETE", `/api/api-keys/${made.body.apiKey.id}`);
});
afterAll(() => app?.stop());

type Sent = { path: string; method?: string; headers?: Record<string, string>; body?: string };
type Attack = [title: string, () => Sent];

const JOB = () => `/api/jobs/status/${jobId}`;
const PROMPT = () => `/api/prompts/${promptId}`;
const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
const json = { "content-type": "application/json" };
const twisted = (cookie: string, twist: (value: string) => string) =>
  cookie.replace(/=(.*)$/, (_, value: string) => `=${twist(value)}`);

/** Reads of somebody's job with what should open nothing. */
const CREDENTIALS: [string, () => Record<string, string>][] = [
  ["no credentials", () => ({})],
  ["an empty header", () => ({ authorization: "" })],
  ["a scheme alone", () => ({ authorization: "Bearer" })],
  ["a key that was revoked", () => bearer(revokedKey)],
  ["a key in upper case", () => bearer(revokedKey.toUpperCase())],
  ["a key cut short", () => bearer(revokedKey.slice(0, -1))],
  ["the mark of a key alone", () => bearer("cvs_")],
  ["SQL in a key", () => bearer("cvs_'||(select/**/1)||'")],
  ["the secret cut short", () => bearer(SECRET.slice(0, -1))],
  ["the secret twice", () => bearer(SECRET + SECRET)],
  ["the secret as Basic", () => ({ authorization: `Basic ${btoa(`operator:${SECRET}`)}` })],
  ["the secret in another header", () => ({ "x-api-key": SECRET, "x-authorization": SECRET })],
  ["the secret as a cookie", () => ({ cookie: `canvass.session_token=${SECRET}` })],
  ["a cron's user agent", () => ({ "user-agent": "vercel-cron/1.0", "x-vercel-cron": "1" })],
  ["a middleware's subrequest", () => ({ "x-middleware-subrequest": "middleware:middleware" })],
  ["a proxy's subrequest", () => ({ "x-middleware-subrequest": "proxy:proxy:proxy:proxy:proxy" })],
  ["a rewrite", () => ({ "x-middleware-rewrite": JOB(), "x-invoke-path": JOB() })],
  ["an override of the method", () => ({ "x-http-method-override": "GET" })],
  ["another address", () => ({ "x-original-url": JOB(), "x-rewrite-url": JOB() })],
  ["an address of this machine", () => ({ "x-forwarded-for": "127.0.0.1", "x-real-ip": "::1" })],
  ["a forwarded host", () => ({ "x-forwarded-host": "127.0.0.1", forwarded: "host=127.0.0.1" })],
  ["a prefetch", () => ({ purpose: "prefetch", "next-router-prefetch": "1" })],
  [
    "a call of Next's own",
    () => ({ rsc: "1", "next-action": "x", "next-router-state-tree": "[]" }),
  ],
  ["a user's id in a header", () => ({ "x-user-id": owner.id, "x-role": "admin" })],
  [
    "a cookie without its signature",
    () => ({ cookie: twisted(owner.cookie, (v) => v.split(".")[0] ?? "") }),
  ],
  [
    "a cookie with another signature",
    () => ({ cookie: twisted(owner.cookie, (v) => `${v.slice(0, -6)}AAAAAA`) }),
  ],
  ["a cookie in upper case", () => ({ cookie: twisted(owner.cookie, (v) => v.toUpperCase()) })],
  ["a cookie that is cut", () => ({ cookie: owner.cookie.slice(0, -10) })],
  ["a cookie of another name", () => ({ cookie: owner.cookie.replace("canvass", "better-auth") })],
  ["a user's id as a cookie", () => ({ cookie: `canvass.session_token=${owner.id}` })],
  ["a wrong header beside a good cookie", () => ({ cookie: owner.cookie, ...bearer("no") })],
  ["10,000 cookies", () => ({ cookie: "a=b; ".repeat(2_000) })],
];

const signIn = (body: unknown, headers: Record<string, string> = {}): Sent => ({
  path: "/api/auth/sign-in/email",
  method: "POST",
  headers: { ...json, ...headers },
  body: JSON.stringify(body),
});

/** What somebody with an account of his own tries, and what a page elsewhere has a browser do. */
const ATTACKS: Attack[] = [
  ...CREDENTIALS.map(
    ([title, headers]): Attack => [
      `a job, with ${title}`,
      () => ({ path: JOB(), headers: headers() }),
    ],
  ),
  ...[
    ["a stranger's job", () => JOB()],
    ["a stranger's poll", () => `${JOB()}/poll?timeout=1`],
    ["a stranger's stream", () => `${JOB()}/stream`],
    ["a stranger's prompt", () => PROMPT()],
    ["a stranger's prompt by slug", () => "/api/prompts/unseen"],
    ["a stranger's prompt by a slug in upper case", () => "/api/prompts/UNSEEN"],
    ["a stranger's answer", () => `${PROMPT()}/answer`],
    ["a stranger's jobs by filter", () => `/api/jobs/status?promptId=${promptId}`],
    ["an owner in the query", () => `/api/prompts?ownerId=${owner.id}`],
    ["SQL in a cursor", () => "/api/prompts?cursor=1%20or%201=1"],
    ["SQL in a batch key", () => "/api/jobs/batches/x'%20or%20'1'='1"],
    ["the operator's cron", () => "/api/cron"],
    ["the admins' sweep", () => "/api/cron/sweep"],
    ["a way up out of the API", () => "/api/jobs/status/..%2f..%2fprompts"],
    ["the source", () => "/.env"],
    ["the build's own files", () => "/_next/../.env.local"],
  ].map(
    ([title, path]): Attack => [
      `${title}, signed in as somebody else`,
      () => ({
        path: (path as () => string)(),
        headers: { cookie: thief.cookie, "sec-fetch-site": "same-origin" },
      }),
    ],
  ),
  ...["https://evil.example", "null", "http://127.0.0.1:1"].map(
    (origin): Attack => [
      `a deletion from ${origin} with the owner's cookie`,
      () => ({ path: PROMPT(), method: "DELETE", headers: { cookie: owner.cookie, origin } }),
    ],
  ),
  [
    "a deletion with the owner's cookie and no Origin",
    () => ({ path: PROMPT(), method: "DELETE", headers: { cookie: owner.cookie } }),
  ],
  [
    "a form's cancel with the owner's cookie",
    () => ({
      path: `/api/jobs/cancel/${jobId}`,
      method: "POST",
      headers: { cookie: owner.cookie, origin: "null", "content-type": "text/plain" },
      body: "{}",
    }),
  ],
  [
    "a run by a link elsewhere",
    () => ({
      path: `${PROMPT()}/answer?force=true`,
      headers: { cookie: owner.cookie, "sec-fetch-site": "cross-site" },
    }),
  ],
  [
    "a sign-in from elsewhere",
    () =>
      signIn(
        { email: thief.email, password: "correct horse battery" },
        { origin: "https://evil.example" },
      ),
  ],
  [
    "a sign-in with an object as email",
    () => signIn({ email: { $ne: null }, password: { $ne: null } }),
  ],
  [
    "a sign-in with a redirect elsewhere",
    () => signIn({ email: owner.email, password: "wrong", callbackURL: "https://evil.example" }),
  ],
  [
    "a sign-up that is shut",
    () => ({
      path: "/api/auth/sign-up/email",
      method: "POST",
      headers: json,
      body: JSON.stringify({
        email: "new@example.com",
        password: "long enough",
        name: "N",
        role: "admin",
      }),
    }),
  ],
  [
    "a setup by a member",
    () => ({
      path: "/api/setup",
      method: "POST",
      headers: { ...json, cookie: thief.cookie, origin: app.url },
      body: "{}",
    }),
  ],
  [
    "an invitation by a member",
    () => ({
      path: "/api/invitations",
      method: "POST",
      headers: { ...json, cookie: thief.cookie, origin: app.url },
      body: JSON.stringify({ email: "a@example.com", role: "admin" }),
    }),
  ],
  [
    "an invitation that nobody made",
    () => ({
      path: "/api/invitations/accept",
      method: "POST",
      headers: json,
      body: JSON.stringify({ token: "x".repeat(43), name: "N", password: "long enough" }),
    }),
  ],
  [
    "a role that one gives oneself",
    () => ({
      path: "/api/auth/update-user",
      method: "POST",
      headers: { ...json, cookie: thief.cookie, origin: app.url },
      body: JSON.stringify({ role: "admin" }),
    }),
  ],
  [
    "prototype pollution",
    () => ({
      path: "/api/jobs/cancel",
      method: "POST",
      headers: { ...json, cookie: thief.cookie, origin: app.url },
      body: '{"__proto__":{"ownerId":null},"promptId":1}',
    }),
  ],
  [
    "an owner in a filter",
    () => ({
      path: "/api/jobs/cancel",
      method: "POST",
      headers: { ...json, cookie: thief.cookie, origin: app.url },
      body: JSON.stringify({ ownerId: owner.id, promptId }),
    }),
  ],
  [
    "an owner in a prompt",
    () => ({
      path: "/api/prompts",
      method: "POST",
      headers: { ...json, cookie: thief.cookie, origin: app.url },
      body: JSON.stringify({ slug: "mine", question: "?", modelIds: [1], ownerId: owner.id }),
    }),
  ],
];

/** All that is stored but failed sign-ins and when a session was last used, as one short text. */
async function stored(): Promise<string> {
  const tables = [
    "prompts",
    "prompt_jobs",
    "prompt_models",
    "models",
    "users",
    "accounts",
    "sessions",
    "api_keys",
    "invitations",
    "pauses",
    "run_requests",
  ];
  const rows = tables.map((table) => `select '${table} ' || t as line from ${table} t`);
  const [row] = await execute<{ sum: string }>(
    sql.raw(
      `select md5(string_agg(line, E'\\n' order by line)) as sum from (${rows.join(" union all ")})`,
    ),
  );
  return row?.sum ?? "";
}

test.each(ATTACKS)("%s: no data, no row, no 500", async (_, attack) => {
  const before = await stored();
  const { path, ...sent } = attack();
  const { status, text, headers } = await app.raw(path, sent);
  expect({ status, text }).toMatchObject({ status: expect.toSatisfy((n: number) => n < 500) });
  expect(text).not.toContain(QUESTION);
  for (const secret of [SECRET, owner.email, owner.id]) expect(text).not.toContain(secret);
  expect(headers.get("set-cookie") ?? "").not.toMatch(/session_token=[^;]/);
  expect(headers.get("location") ?? "/").not.toMatch(/^(https?:)?\/\//);
  expect(headers.get("access-control-allow-origin")).toBeNull();
  // An empty list is all that a call that is let in may see.
  if (status < 300) expect(JSON.parse(text)).toMatchObject({ success: true, jobs: [] });
  expect(await stored()).toBe(before);
});

test("there are more than sixty of them", () => {
  expect(ATTACKS.length).toBeGreaterThan(60);
});

test("a session that was planted before a sign-in isn't the one that it gives", async () => {
  const planted = "canvass.session_token=planted.signature";
  const reply = await trySignIn(
    app,
    { email: thief.email, password: "correct horse battery" },
    { cookie: planted },
  );
  expect(reply.headers.getSetCookie().join()).not.toContain("planted");
  const read = await app.raw(JOB(), { headers: { cookie: planted } });
  expect(read.status).toBe(401);
});
