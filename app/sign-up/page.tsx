import { environment } from "@/lib/env";
import { Aside, NarrowPage } from "../ui/narrow-page";
import { SignUpForm } from "./sign-up-form";

export const metadata = { title: "Create an account" };

export default function Page() {
  return (
    <NarrowPage title="Create an account">
      {environment().ALLOW_SIGN_UP ? (
        <SignUpForm />
      ) : (
        <p>Accounts are by invitation. Ask an admin.</p>
      )}
      <Aside>
        <a href="/sign-in">Sign in</a>
      </Aside>
    </NarrowPage>
  );
}
