import { SCOPES } from "@/db/schema";
import { readApiKeys } from "@/lib/auth/api-keys";
import { requireViewer } from "@/lib/auth/page-caller";
import { ConfirmCallButton } from "../../../ui/call-button";
import { readerTimeZone } from "../../../ui/reader-time-zone";
import { Cell, Head, Row, Table } from "../../../ui/table";
import { Time } from "../../../ui/time";
import { Section } from "../section";
import { KeyForm } from "./key-form";

export const metadata = { title: "API keys" };

export default async function Page() {
  const { user } = await requireViewer("/settings/keys");
  const [keys, timeZone] = await Promise.all([readApiKeys({ ownerId: user.id }), readerTimeZone()]);
  const now = new Date();
  return (
    <>
      <Section
        title="API keys"
        facts="A program with a key does what you may, within the key’s scopes."
      >
        {keys.length === 0 ? (
          <p className="border-t py-3 text-ink-2 text-small">You have no API key.</p>
        ) : (
          <Table caption="Your API keys">
            <thead>
              <tr>
                <Head>Name</Head>
                <Head from="sm">Key</Head>
                <Head>Scopes</Head>
                <Head from="sm">Last used</Head>
                <Head from="lg">Made</Head>
                <Head>
                  <span className="sr-only">What can be done</span>
                </Head>
              </tr>
            </thead>
            <tbody>
              {keys.map(({ id, name, prefix, scopes, lastUsedAt, createdAt }) => (
                <Row key={id}>
                  <Cell>
                    <span className="wrap-anywhere">{name}</span>
                    <span className="block font-mono text-caption text-ink-2 sm:hidden">
                      cvs_{prefix}…
                    </span>
                  </Cell>
                  <Cell from="sm">
                    <span className="font-mono text-caption">cvs_{prefix}…</span>
                  </Cell>
                  <Cell>{scopes.join(", ")}</Cell>
                  <Cell from="sm">
                    {lastUsedAt ? (
                      <Time at={lastUsedAt} timeZone={timeZone} now={now} />
                    ) : (
                      <span className="text-ink-2">never</span>
                    )}
                  </Cell>
                  <Cell from="lg">
                    <Time at={createdAt} timeZone={timeZone} now={now} />
                  </Cell>
                  <Cell isNumber>
                    <ConfirmCallButton
                      call={{ method: "DELETE", path: `/api/api-keys/${id}` }}
                      title="Revoke this API key?"
                      body={
                        <p className="wrap-anywhere">
                          Whatever uses {name} is refused from now on. It can’t be brought back.
                        </p>
                      }
                      keep="Keep it"
                      confirm="Revoke it"
                      busy="Revoking…"
                    >
                      Revoke
                    </ConfirmCallButton>
                  </Cell>
                </Row>
              ))}
            </tbody>
          </Table>
        )}
      </Section>
      <Section title="New API key">
        <KeyForm scopes={SCOPES} />
      </Section>
    </>
  );
}
