import { listOpenInvitations } from "@/db/invitation-queries";
import { listMembers } from "@/db/member-queries";
import { ROLES } from "@/db/schema";
import { requireViewer } from "@/lib/auth/page-caller";
import { ConfirmCallButton } from "../../../ui/call-button";
import { readerTimeZone } from "../../../ui/reader-time-zone";
import { Cell, Head, Row, Table } from "../../../ui/table";
import { Time } from "../../../ui/time";
import { AdminsSection, Section } from "../section";
import { InviteForm } from "./invite-form";

export const metadata = { title: "Members" };

export default async function Page() {
  const { caller, user } = await requireViewer("/settings/members");
  if (caller.role !== "admin") {
    return <AdminsSection title="Members">Admins invite people and see who is here.</AdminsSection>;
  }
  const [members, invitations, timeZone] = await Promise.all([
    listMembers(),
    listOpenInvitations(),
    readerTimeZone(),
  ]);
  const now = new Date();
  return (
    <>
      <Section title="Members">
        <Table caption="Members">
          <thead>
            <tr>
              <Head>Name</Head>
              <Head from="sm">Email</Head>
              <Head>Role</Head>
              <Head from="sm">Since</Head>
              <Head from="sm">Last seen</Head>
            </tr>
          </thead>
          <tbody>
            {members.map(({ id, name, email, role, createdAt, lastSeenAt }) => (
              <Row key={id}>
                <Cell>
                  <span className="wrap-anywhere">{name}</span>
                  {id === user.id && <span className="text-ink-2"> (you)</span>}
                  <span className="block text-caption text-ink-2 wrap-anywhere sm:hidden">
                    {email}
                  </span>
                </Cell>
                <Cell from="sm">
                  <span className="wrap-anywhere">{email}</span>
                </Cell>
                <Cell>{role}</Cell>
                <Cell from="sm">
                  <Time at={createdAt} timeZone={timeZone} now={now} />
                </Cell>
                <Cell from="sm">
                  <Time at={lastSeenAt} timeZone={timeZone} now={now} />
                </Cell>
              </Row>
            ))}
          </tbody>
        </Table>
      </Section>
      <Section
        title="Invite somebody"
        facts="Canvass sends no mail: pass the link on yourself. It works once, within 7 days."
      >
        <InviteForm roles={ROLES} />
      </Section>
      <Section title="Open invitations">
        {invitations.length === 0 ? (
          <p className="border-t py-3 text-ink-2 text-small">No invitation is open.</p>
        ) : (
          <ul>
            {invitations.map(({ id, email, role, invitedBy, expiresAt }) => (
              <li
                key={id}
                className="flex flex-wrap items-center justify-between gap-x-6 gap-y-2 border-t py-2 text-small"
              >
                <span className="min-w-0">
                  <span className="wrap-anywhere">{email}</span>{" "}
                  <span className="text-ink-2">
                    as {role}, by {invitedBy ?? "the operator"}, runs out{" "}
                    <Time at={expiresAt} timeZone={timeZone} now={now} />
                  </span>
                </span>
                <ConfirmCallButton
                  call={{ method: "DELETE", path: `/api/invitations/${id}` }}
                  title="Revoke this invitation?"
                  body={<p className="wrap-anywhere">The link for {email} stops working.</p>}
                  keep="Keep it"
                  confirm="Revoke it"
                  busy="Revoking…"
                >
                  Revoke
                </ConfirmCallButton>
              </li>
            ))}
          </ul>
        )}
      </Section>
    </>
  );
}
