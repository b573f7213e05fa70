import { OPERATOR_SECRET as SECRET } from "../app";
import type { Person } from "./people";

/** Whose things they are after, and with what. */
type Scene = {
  url: string;
  owner: Person;
  thief: Person;
  promptId: number;
  jobId: number;
  entityId: number;
  revokedKey: string;
};

type Sent = { path: string; method?: string; headers?: Record<string, string>; body?: string };
type Attack = [title: string, (scene: Scene) => Sent];

const JOB = ({ jobId }: Scene) => `/api/jobs/status/${jobId}`;
const PROMPT = ({ promptId }: Scene) => `/api/prompts/${promptId}`;
const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
const json = { "content-type": "application/json" };
const twisted = (cookie: string, twist: (value: string) => string) =>
  cookie.replace(/=(.*)$/, (_, value: string) => `=${twist(value)}`);

/** Reads of somebody's job with what should open nothing. */
const CREDENTIALS: [string, (scene: Scene) => Record<string, string>][] = [
  ["no credentials", () => ({})],
  ["an empty header", () => ({ authorization: "" })],
  ["a scheme alone", () => ({ authorization: "Bearer" })],
  ["a key that was revoked", (scene) => bearer(scene.revokedKey)],
  ["a key in upper case", (scene) => bearer(scene.revokedKey.toUpperCase())],
  ["a key cut short", (scene) => bearer(scene.revokedKey.slice(0, -1))],
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
  ["a rewrite", (scene) => ({ "x-middleware-rewrite": JOB(scene), "x-invoke-path": JOB(scene) })],
  ["an override of the method", () => ({ "x-http-method-override": "GET" })],
  ["another address", (scene) => ({ "x-original-url": JOB(scene), "x-rewrite-url": JOB(scene) })],
  ["an address of this machine", () => ({ "x-forwarded-for": "127.0.0.1", "x-real-ip": "::1" })],
  ["a forwarded host", () => ({ "x-forwarded-host": "127.0.0.1", forwarded: "host=127.0.0.1" })],
  ["a prefetch", () => ({ purpose: "prefetch", "next-router-prefetch": "1" })],
  [
    "a call of Next's own",
    () => ({ rsc: "1", "next-action": "x", "next-router-state-tree": "[]" }),
  ],
  ["a user's id in a header", (scene) => ({ "x-user-id": scene.owner.id, "x-role": "admin" })],
  [
    "a cookie without its signature",
    (scene) => ({ cookie: twisted(scene.owner.cookie, (v) => v.split(".")[0] ?? "") }),
  ],
  [
    "a cookie with another signature",
    (scene) => ({ cookie: twisted(scene.owner.cookie, (v) => `${v.slice(0, -6)}AAAAAA`) }),
  ],
  [
    "a cookie in upper case",
    (scene) => ({ cookie: twisted(scene.owner.cookie, (v) => v.toUpperCase()) }),
  ],
  ["a cookie that is cut", (scene) => ({ cookie: scene.owner.cookie.slice(0, -10) })],
  [
    "a cookie of another name",
    (scene) => ({ cookie: scene.owner.cookie.replace("canvass", "better-auth") }),
  ],
  ["a user's id as a cookie", (scene) => ({ cookie: `canvass.session_token=${scene.owner.id}` })],
  [
    "a wrong header beside a good cookie",
    (scene) => ({ cookie: scene.owner.cookie, ...bearer("no") }),
  ],
  ["10,000 cookies", () => ({ cookie: "a=b; ".repeat(2_000) })],
];

const signIn = (body: unknown, headers: Record<string, string> = {}): Sent => ({
  path: "/api/auth/sign-in/email",
  method: "POST",
  headers: { ...json, ...headers },
  body: JSON.stringify(body),
});

/** Addresses that somebody with an account of his own tries. */
const STRANGERS: [string, (scene: Scene) => string][] = [
  ["a stranger's job", (scene) => JOB(scene)],
  ["a stranger's poll", (scene) => `${JOB(scene)}/poll?timeout=1`],
  ["a stranger's stream", (scene) => `${JOB(scene)}/stream`],
  ["a stranger's prompt", (scene) => PROMPT(scene)],
  ["a stranger's prompt by slug", () => "/api/prompts/unseen"],
  ["a stranger's prompt by a slug in upper case", () => "/api/prompts/UNSEEN"],
  ["a stranger's answer", (scene) => `${PROMPT(scene)}/answer`],
  ["a stranger's trend", (scene) => `${PROMPT(scene)}/trend`],
  ["a stranger's models", (scene) => `${PROMPT(scene)}/models`],
  ["a stranger's stored answers as CSV", (scene) => `${PROMPT(scene)}/responses?format=csv`],
  ["a stranger's jobs by filter", (scene) => `/api/jobs/status?promptId=${scene.promptId}`],
  ["a stranger's name", (scene) => `/api/entities/${scene.entityId}`],
  ["a stranger's name by search", () => "/api/entities?search=unseen"],
  ["SQL in a search", () => "/api/entities?search=x'%20or%20'1'='1"],
  ["an owner in the query", (scene) => `/api/prompts?ownerId=${scene.owner.id}`],
  ["SQL in a cursor", () => "/api/prompts?cursor=1%20or%201=1"],
  ["SQL in a batch key", () => "/api/jobs/batches/x'%20or%20'1'='1"],
  ["the operator's cron", () => "/api/cron"],
  ["the admins' sweep", () => "/api/cron/sweep"],
  ["a way up out of the API", () => "/api/jobs/status/..%2f..%2fprompts"],
  ["the source", () => "/.env"],
  ["the build's own files", () => "/_next/../.env.local"],
];

/** What somebody with an account of his own tries, and what a page elsewhere has a browser do. */
export const ATTACKS: Attack[] = [
  ...CREDENTIALS.map(
    ([title, headers]): Attack => [
      `a job, with ${title}`,
      (scene) => ({ path: JOB(scene), headers: headers(scene) }),
    ],
  ),
  ...STRANGERS.map(
    ([title, path]): Attack => [
      `${title}, signed in as somebody else`,
      (scene) => ({
        path: path(scene),
        headers: { cookie: scene.thief.cookie, "sec-fetch-site": "same-origin" },
      }),
    ],
  ),
  ...["https://evil.example", "null", "http://127.0.0.1:1"].map(
    (origin): Attack => [
      `a deletion from ${origin} with the owner's cookie`,
      (scene) => ({
        path: PROMPT(scene),
        method: "DELETE",
        headers: { cookie: scene.owner.cookie, origin },
      }),
    ],
  ),
  [
    "a deletion with the owner's cookie and no Origin",
    (scene) => ({ path: PROMPT(scene), method: "DELETE", headers: { cookie: scene.owner.cookie } }),
  ],
  [
    "a form's cancel with the owner's cookie",
    (scene) => ({
      path: `/api/jobs/cancel/${scene.jobId}`,
      method: "POST",
      headers: { cookie: scene.owner.cookie, origin: "null", "content-type": "text/plain" },
      body: "{}",
    }),
  ],
  [
    "a run by a link elsewhere",
    (scene) => ({
      path: `${PROMPT(scene)}/answer?force=true`,
      headers: { cookie: scene.owner.cookie, "sec-fetch-site": "cross-site" },
    }),
  ],
  [
    "a sign-in from elsewhere",
    (scene) =>
      signIn(
        { email: scene.thief.email, password: "correct horse battery" },
        { origin: "https://evil.example" },
      ),
  ],
  [
    "a sign-in with an object as email",
    () => signIn({ email: { $ne: null }, password: { $ne: null } }),
  ],
  [
    "a sign-in with a redirect elsewhere",
    (scene) =>
      signIn({ email: scene.owner.email, password: "wrong", callbackURL: "https://evil.example" }),
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
    (scene) => ({
      path: "/api/setup",
      method: "POST",
      headers: { ...json, cookie: scene.thief.cookie, origin: scene.url },
      body: "{}",
    }),
  ],
  [
    "an invitation by a member",
    (scene) => ({
      path: "/api/invitations",
      method: "POST",
      headers: { ...json, cookie: scene.thief.cookie, origin: scene.url },
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
    (scene) => ({
      path: "/api/auth/update-user",
      method: "POST",
      headers: { ...json, cookie: scene.thief.cookie, origin: scene.url },
      body: JSON.stringify({ role: "admin" }),
    }),
  ],
  [
    "prototype pollution",
    (scene) => ({
      path: "/api/jobs/cancel",
      method: "POST",
      headers: { ...json, cookie: scene.thief.cookie, origin: scene.url },
      body: '{"__proto__":{"ownerId":null},"promptId":1}',
    }),
  ],
  [
    "an owner in a filter",
    (scene) => ({
      path: "/api/jobs/cancel",
      method: "POST",
      headers: { ...json, cookie: scene.thief.cookie, origin: scene.url },
      body: JSON.stringify({ ownerId: scene.owner.id, promptId: scene.promptId }),
    }),
  ],
  [
    "an owner in a prompt",
    (scene) => ({
      path: "/api/prompts",
      method: "POST",
      headers: { ...json, cookie: scene.thief.cookie, origin: scene.url },
      body: JSON.stringify({ slug: "mine", question: "?", modelIds: [1], ownerId: scene.owner.id }),
    }),
  ],
];
