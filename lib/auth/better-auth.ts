import { drizzleAdapter } from "better-auth/adapters/drizzle";
import { betterAuth } from "better-auth/minimal";
import { database } from "@/db/client";
import { accounts, ROLES, sessions, users, verifications } from "@/db/schema";
import type { Environment } from "@/lib/env";
import { selfAddress } from "@/lib/self-address";
import { cameByHttps } from "./address-called";
import { authSecret } from "./auth-secret";
import { PASSWORD_LENGTH } from "./input";

const DAY_SECONDS = 86_400;
const SESSION_DAYS = 30;

/** Under this address better-auth sees its routes; lib/auth/endpoints.ts says which of them there are. */
export const AUTH_PATH = "/api/auth";

type Settings = { secret: string; address: string; secure: boolean; behindVercel: boolean };

/**
 * better-auth, for accounts and sessions: scrypt, signed cookies, the rows of sessions. It has no
 * transactions here, so what would need one (making an account) is a statement of ours. Errors are
 * thrown to our own wrapper, its log is off: drizzle's messages repeat a statement's parameters.
 */
function make({ secret, address, secure, behindVercel }: Settings) {
  return betterAuth({
    appName: "Canvass",
    baseURL: address,
    basePath: AUTH_PATH,
    secret,
    database: drizzleAdapter(database, {
      provider: "pg",
      usePlural: true,
      transaction: false,
      schema: { users, sessions, accounts, verifications },
    }),
    user: {
      additionalFields: { role: { type: [...ROLES], required: true, input: false } },
    },
    emailAndPassword: {
      enabled: true,
      disableSignUp: true,
      minPasswordLength: PASSWORD_LENGTH.least,
      maxPasswordLength: PASSWORD_LENGTH.most,
    },
    session: {
      expiresIn: SESSION_DAYS * DAY_SECONDS,
      updateAge: DAY_SECONDS,
      // Who is signed in may see where, however long ago that was.
      freshAge: 0,
      cookieCache: { enabled: false },
    },
    advanced: {
      cookiePrefix: "canvass",
      useSecureCookies: address.startsWith("https:"),
      defaultCookieAttributes: { httpOnly: true, sameSite: "lax", secure },
      // lib/auth/own-page.ts has checked the origin before, and more strictly.
      disableCSRFCheck: true,
      disableOriginCheck: true,
      ipAddress: { disableIpTracking: !behindVercel },
    },
    // Ours counts in Postgres: lib/auth/sign-in-limits.ts.
    rateLimit: { enabled: false },
    telemetry: { enabled: false },
    logger: { disabled: true },
    onAPIError: { throw: true },
  });
}

const made = new Map<string, ReturnType<typeof make>>();

/** The instance for this call: cookies are Secure where it came by https. */
export function betterAuthFor(
  request: Pick<Request, "headers">,
  env: Environment,
): ReturnType<typeof make> {
  const settings = {
    secret: authSecret(env),
    address: new URL(selfAddress(env)).origin,
    secure: cameByHttps(request, env),
    behindVercel: env.VERCEL !== undefined,
  };
  const key = JSON.stringify(settings);
  const instance = made.get(key) ?? make(settings);
  made.set(key, instance);
  return instance;
}
