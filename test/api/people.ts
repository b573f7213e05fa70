import { expect } from "vitest";
import { insertAccount } from "@/db/accounts";
import type { Role } from "@/db/schema";
import { toAccount } from "@/lib/auth/accounts";
import type { Reply, TestApp } from "../app";

export const PASSWORD = "correct horse battery";

export type Person = { id: string; email: string; role: Role; cookie: string };

let people = 0;

/** Somebody with an account, signed in over HTTP. */
export async function makePerson(app: TestApp, role: Role = "member"): Promise<Person> {
  const email = `person-${++people}@example.com`;
  const account = await toAccount({ email, name: "Pat", password: PASSWORD });
  const made = await insertAccount({ ...account, role });
  if (!made) throw new Error("the email is taken");
  return { id: made.id, email, role, cookie: await signIn(app, email) };
}

/** Signs in and gives what a browser would send back. */
export async function signIn(app: TestApp, email: string, password = PASSWORD): Promise<string> {
  const reply = await trySignIn(app, { email, password });
  expect(reply).toMatchObject({ status: 200, body: { user: { email: email.toLowerCase() } } });
  return cookieOf(reply);
}

export function trySignIn(app: TestApp, body: unknown, headers: Record<string, string> = {}) {
  return post(app, "/api/auth/sign-in/email", body, headers);
}

/** The cookies that a reply sets, as a Cookie header. */
export function cookieOf(reply: Reply): string {
  return reply.headers
    .getSetCookie()
    .map((cookie) => cookie.split(";")[0])
    .join("; ");
}

/** A POST as one of our own pages makes it, unless `headers` say otherwise. */
export function post(
  app: TestApp,
  path: string,
  body: unknown,
  headers: Record<string, string> = {},
): Promise<Reply> {
  return app.raw(path, {
    method: "POST",
    headers: { "content-type": "application/json", origin: app.url, ...headers },
    body: JSON.stringify(body),
  });
}

/** A call with a session, from one of our own pages. */
export function callAs(
  app: TestApp,
  { cookie }: { cookie: string },
  method: string,
  path: string,
  body?: unknown,
): Promise<Reply> {
  const type = body === undefined ? {} : { "content-type": "application/json" };
  return app.raw(path, {
    method,
    headers: { cookie, origin: app.url, "sec-fetch-site": "same-origin", ...type },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
}
