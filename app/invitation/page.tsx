import { readInvitation } from "@/lib/auth/invitations";
import { NarrowPage } from "../ui/narrow-page";
import { InvitationForm } from "./invitation-form";

export const metadata = { title: "Invitation" };

export default async function Page({
  searchParams,
}: {
  searchParams: Promise<Record<string, string | string[] | undefined>>;
}) {
  const { token } = await searchParams;
  const invitation = typeof token === "string" ? await readInvitation(token) : null;
  return (
    <NarrowPage title="Join Canvass">
      {typeof token === "string" && invitation ? (
        <>
          <p className="mb-4 text-ink-2">
            {invitation.email} is invited as {invitation.role === "admin" ? "an admin" : "a member"}
            .
          </p>
          <InvitationForm token={token} email={invitation.email} />
        </>
      ) : (
        <p>This invitation was used, has expired, or never was. Ask an admin for another one.</p>
      )}
    </NarrowPage>
  );
}
