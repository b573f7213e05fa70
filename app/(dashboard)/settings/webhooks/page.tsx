import Link from "next/link";
import { WEBHOOK_EVENTS } from "@/db/schema";
import { requireViewer } from "@/lib/auth/page-caller";
import { readWebhooks } from "@/lib/webhooks/webhooks";
import { AdminsSection, Section } from "../section";
import { WebhookActions } from "./webhook-actions";
import { WebhookForm } from "./webhook-form";

export const metadata = { title: "Webhooks" };

export default async function Page() {
  const { caller } = await requireViewer("/settings/webhooks");
  if (caller.role !== "admin") {
    return (
      <AdminsSection title="Webhooks">
        Webhooks tell other programs what happened. Admins make them.
      </AdminsSection>
    );
  }
  const webhooks = await readWebhooks();
  return (
    <>
      <Section
        title="Webhooks"
        facts="Each tells another program what happened, by a signed POST in the format of Standard Webhooks."
      >
        {webhooks.length === 0 ? (
          <p className="border-t py-3 text-ink-2 text-small">No webhooks yet.</p>
        ) : (
          <ul>
            {webhooks.map((webhook) => (
              <li
                key={webhook.id}
                className="flex flex-wrap items-center justify-between gap-x-6 gap-y-2 border-t py-3 text-small"
              >
                <span className={`min-w-0 ${webhook.active ? "" : "text-ink-3"}`}>
                  <Link
                    href={`/settings/webhooks/${webhook.id}`}
                    className="font-mono text-caption underline underline-offset-2 wrap-anywhere"
                  >
                    {webhook.url}
                  </Link>
                  <span className="block text-caption text-ink-2">
                    {webhook.active ? "On" : "Off"}: {webhook.events.join(", ")}
                  </span>
                </span>
                <WebhookActions webhook={webhook} />
              </li>
            ))}
          </ul>
        )}
      </Section>
      <Section title="New webhook">
        <WebhookForm events={WEBHOOK_EVENTS} />
      </Section>
    </>
  );
}
