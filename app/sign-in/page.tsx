import { headers } from "next/headers";
import { redirect } from "next/navigation";
import { hasAccounts } from "@/db/account-queries";
import { readSession } from "@/lib/auth/session";
import { environment } from "@/lib/env";
import { localPath } from "@/lib/local-path";
import { Aside, NarrowPage } from "../ui/narrow-page";
import { SignInForm } from "./sign-in-form";

export const metadata = { title: "Sign in" };

export default async function Page({
  searchParams,
}: {
  searchParams: Promise<Record<string, string | string[] | undefined>>;
}) {
  const next = localPath((await searchParams).next);
  const env = environment();
  if (await readSession({ headers: await headers() }, env)) redirect(next);
  if (!(await hasAccounts())) redirect("/setup");
  return (
    <NarrowPage title="Sign in">
      <SignInForm next={next} />
      {env.ALLOW_SIGN_UP ? (
        <Aside>
          <a href="/sign-up">Create an account</a>
        </Aside>
      ) : (
        <Aside>Accounts are by invitation. Ask an admin.</Aside>
      )}
    </NarrowPage>
  );
}
