import { z } from "zod";
import { deleteExpiredSessions } from "@/db/sessions";
import type { Environment } from "@/lib/env";
import { readInput } from "@/lib/http/read-input";
import { requireOpenSignUp, signUp } from "./accounts";
import { type AuthCall, callBetterAuth } from "./better-auth-call";
import { unauthorized } from "./identify";
import { email, newAccount, newPassword, password } from "./input";
import { readSession } from "./session";
import { limitGuesses, limitSignUps } from "./sign-in-limits";

/** One of better-auth's routes that is open here. */
type Endpoint = {
  method: "GET" | "POST";
  /** Only with a session. */
  signedIn: boolean;
  /** Throws ForbiddenError where the settings shut it, before a body is read. */
  requireOpen?: (env: Environment) => void;
  /** In: the body as it was sent, for a POST. Throws ValidationError and what follows. */
  answer: (call: AuthCall, sent: unknown) => Promise<Response>;
};

const get = (
  signedIn: boolean,
  answer: (call: AuthCall) => Promise<Response> = callBetterAuth,
): Endpoint => ({ method: "GET", signedIn, answer: (call) => answer(call) });

function post<S extends z.ZodType>(
  signedIn: boolean,
  body: S,
  answer: (call: AuthCall, body: z.output<S>) => Promise<Response> = callBetterAuth,
): Endpoint {
  return {
    method: "POST",
    signedIn,
    answer: (call, sent) => answer(call, readInput(body, sent)),
  };
}

const NO_STORE = { "cache-control": "no-store" };

const nothing = z.strictObject({});
const signInBody = z.strictObject({ email, password, rememberMe: z.boolean().optional() });
const revocation = z.strictObject({ token: z.string().max(200) });
const passwordChange = z.strictObject({
  currentPassword: password,
  newPassword,
  revokeOtherSessions: z.boolean().optional(),
});

/** All of better-auth that can be reached, by the path under /api/auth. The rest is 404. */
const ENDPOINTS = new Map<string, Endpoint>([
  ["sign-in/email", post(false, signInBody, signIn)],
  ["sign-up/email", { ...post(false, newAccount, makeAccount), requireOpen: requireOpenSignUp }],
  ["sign-out", post(false, nothing)],
  ["get-session", get(false, showSession)],
  ["list-sessions", get(true)],
  ["revoke-session", post(true, revocation)],
  ["revoke-sessions", post(true, nothing)],
  ["revoke-other-sessions", post(true, nothing)],
  ["change-password", post(true, passwordChange, changePassword)],
]);

export function findEndpoint(path: string): Endpoint | undefined {
  return ENDPOINTS.get(path);
}

async function signIn(call: AuthCall, body: z.output<typeof signInBody>): Promise<Response> {
  const { email } = body;
  const response = await limitGuesses({ ...call, email }, () => callBetterAuth(call, body));
  await deleteExpiredSessions(email);
  return response;
}

/** `null` where nobody is signed in. Looked up first, since better-auth makes a 500 of an outage. */
async function showSession(call: AuthCall): Promise<Response> {
  const user = await readSession(call.request, call.env);
  return user ? callBetterAuth(call) : Response.json(null, { headers: NO_STORE });
}

/** By a statement of ours: better-auth takes two, and what fails between them would leave half of it. */
async function makeAccount(call: AuthCall, body: z.output<typeof newAccount>): Promise<Response> {
  await limitSignUps(call.request, call.env);
  await signUp(body);
  const { email, password } = body;
  return callBetterAuth({ ...call, path: "sign-in/email" }, { email, password });
}

/** Whoever holds a session, but not the password, gets no more guesses at it than a stranger. */
async function changePassword(
  call: AuthCall,
  body: z.output<typeof passwordChange>,
): Promise<Response> {
  const user = await readSession(call.request, call.env);
  if (!user) throw unauthorized();
  return limitGuesses({ ...call, email: user.email }, () => callBetterAuth(call, body));
}
