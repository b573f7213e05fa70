import { headers } from "next/headers";
import { requireViewer } from "@/lib/auth/page-caller";
import { readSessions } from "@/lib/auth/sessions";
import { environment } from "@/lib/env";
import { browserInWords } from "@/lib/format/user-agent";
import { CallButton, ConfirmCallButton } from "../../../ui/call-button";
import { readerTimeZone } from "../../../ui/reader-time-zone";
import { Time } from "../../../ui/time";
import { Section } from "../section";

export const metadata = { title: "Sessions" };

export default async function Page() {
  await requireViewer("/settings/sessions");
  const [sessions, timeZone] = await Promise.all([
    readSessions({ headers: await headers() }, environment()),
    readerTimeZone(),
  ]);
  const now = new Date();
  return (
    <Section
      title="Sessions"
      facts="Where you are signed in. A session ends 30 days after its last use."
    >
      <ul>
        {sessions.map(({ id, token, userAgent, ipAddress, createdAt, updatedAt, isThis }) => (
          <li
            key={id}
            className="flex flex-wrap items-center justify-between gap-x-6 gap-y-2 border-t py-3 text-small"
          >
            <span className="min-w-0">
              <span className="font-medium">{browserInWords(userAgent ?? "")}</span>
              {isThis && <span className="text-ink-2"> (this one)</span>}
              <span className="block text-caption text-ink-2">
                {ipAddress && <>{ipAddress}, </>}
                signed in <Time at={createdAt} timeZone={timeZone} now={now} />, last seen{" "}
                <Time at={updatedAt} timeZone={timeZone} now={now} />
              </span>
            </span>
            {!isThis && (
              <CallButton
                call={{ method: "POST", path: "/api/auth/revoke-session", body: { token } }}
                busy="Ending…"
              >
                End
              </CallButton>
            )}
          </li>
        ))}
      </ul>
      {sessions.length > 1 && (
        <div className="mt-4">
          <ConfirmCallButton
            call={{ method: "POST", path: "/api/auth/revoke-other-sessions", body: {} }}
            title="End all other sessions?"
            body={<p>Everywhere but here you have to sign in again.</p>}
            keep="Keep them"
            confirm="End all others"
            busy="Ending…"
          >
            End all others
          </ConfirmCallButton>
        </div>
      )}
    </Section>
  );
}
