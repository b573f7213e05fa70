import { environment } from "@/lib/env";
import { SignUpForm } from "./sign-up-form";

export const metadata = { title: "Create an account" };

export default function Page() {
  return (
    <main>
      <h1>Create an account</h1>
      {environment().ALLOW_SIGN_UP ? (
        <SignUpForm />
      ) : (
        <p>Accounts are by invitation. Ask an admin.</p>
      )}
      <p>
        <a href="/sign-in">Sign in</a>
      </p>
    </main>
  );
}
