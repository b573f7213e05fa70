import { hasAccounts } from "@/db/account-queries";
import { environment } from "@/lib/env";
import { ApiError } from "@/lib/errors";
import { Aside, NarrowPage } from "../ui/narrow-page";
import { SetupForm } from "./setup-form";

export const metadata = { title: { absolute: "Set up Canvass" } };

export default async function Page() {
  return <NarrowPage title="Set up Canvass">{await content()}</NarrowPage>;
}

async function content() {
  const fault = configurationFault();
  if (fault !== null) return <p role="alert">{fault}</p>;
  if (!(await hasAccounts())) return <SetupForm />;
  return (
    <Aside>
      Canvass is set up already. <a href="/sign-in">Sign in</a>
    </Aside>
  );
}

/** What keeps everybody out, in a sentence that names the variable and not its value. */
function configurationFault(): string | null {
  try {
    environment();
    return null;
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    return error.message.includes("CRON_SECRET ")
      ? "CRON_SECRET isn't set on the server, so nobody can set Canvass up. Set one of at least 16 characters and restart."
      : error.message;
  }
}
