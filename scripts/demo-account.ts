import { hasAccounts, passwordHashOf } from "@/db/account-queries";
import { isPasswordOf, setUp } from "@/lib/auth/accounts";
import { ApiError } from "@/lib/errors";
import { type DemoAccount, keptDemoAccount } from "./local-folder";

/**
 * Makes the demo's account, an admin's, where there is no account at all. Gives it, with the password
 * that opens it; null where somebody made another one, or changed this one's password.
 */
export async function demoAccount(): Promise<DemoAccount | null> {
  const account = await keptDemoAccount();
  if (!(await hasAccounts())) {
    await setUp({ ...account, name: "Demo" }).catch((error: unknown) => {
      // Somebody was quicker, on the page of the setup.
      if (!(error instanceof ApiError && error.error === "ConflictError")) throw error;
    });
  }
  const hash = await passwordHashOf(account.email);
  return hash !== null && (await isPasswordOf(hash, account.password)) ? account : null;
}

/** How to sign in, in one line. */
export function howToSignIn(appUrl: string, account: DemoAccount | null): string {
  const as = account ? `  as ${account.email}  password ${account.password}` : "";
  return `Sign in:          ${appUrl}/sign-in${as}`;
}
