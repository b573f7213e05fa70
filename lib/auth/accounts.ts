import { randomUUID } from "node:crypto";
import { hashPassword, verifyPassword } from "better-auth/crypto";
import { insertAccount, insertFirstAccount, type NewAccount } from "@/db/accounts";
import type { User } from "@/db/schema";
import type { Environment } from "@/lib/env";
import { ApiError } from "@/lib/errors";
import type { NewAccountInput } from "./input";

/** An account as it is shown. */
export function userView({ id, email, name, role, createdAt }: User) {
  return { id, email, name, role, createdAt };
}
export type UserView = ReturnType<typeof userView>;

/** What is stored of a person's input. Takes about 50 ms of a processor, as a guess would. */
export async function toAccount(input: NewAccountInput): Promise<NewAccount> {
  const { email, name, password } = input;
  return { id: randomUUID(), email, name, passwordHash: await hashPassword(password) };
}

/** Whether a stored hash is this password's. As dear as a guess. */
export function isPasswordOf(hash: string, password: string): Promise<boolean> {
  return verifyPassword({ hash, password });
}

/** Makes the first account, an admin's. Throws ConflictError where there is one. */
export async function setUp(input: NewAccountInput): Promise<UserView> {
  const made = await insertFirstAccount(await toAccount(input));
  if (made) return userView(made);
  throw new ApiError(
    "ConflictError",
    "Canvass is set up already: sign in, or ask for an invitation",
  );
}

/** Throws ForbiddenError unless anybody may make an account. */
export function requireOpenSignUp(env: Environment): void {
  if (env.ALLOW_SIGN_UP) return;
  throw new ApiError("ForbiddenError", "Accounts are by invitation. Ask an admin.");
}

/** Makes a member's account, unasked. Throws ConflictError where the email has one. */
export async function signUp(input: NewAccountInput): Promise<UserView> {
  const made = await insertAccount({ ...(await toAccount(input)), role: "member" });
  if (made) return userView(made);
  throw emailTaken();
}

export function emailTaken(): ApiError {
  return new ApiError("ConflictError", "This email has an account already: sign in");
}
