import { requireViewer } from "@/lib/auth/page-caller";
import { Section } from "../section";
import { PasswordForm } from "./password-form";
import { SignOut } from "./sign-out";

export const metadata = { title: "Account" };

export default async function Page() {
  const { user } = await requireViewer("/settings/account");
  return (
    <>
      <Section title="Account">
        <dl className="grid grid-cols-[auto_1fr] gap-x-6 gap-y-2 text-small">
          <dt className="text-ink-2">Name</dt>
          <dd className="wrap-anywhere">{user.name}</dd>
          <dt className="text-ink-2">Email</dt>
          <dd className="wrap-anywhere">{user.email}</dd>
          <dt className="text-ink-2">Role</dt>
          <dd>
            {user.role === "admin"
              ? "Admin: sees and steers everything"
              : "Member: sees and steers what is yours"}
          </dd>
        </dl>
        <div className="mt-4">
          <SignOut />
        </div>
      </Section>
      <Section title="Change the password">
        <PasswordForm email={user.email} />
      </Section>
    </>
  );
}
