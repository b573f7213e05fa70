import { notFound } from "next/navigation";
import { z } from "zod";
import { requireViewer } from "@/lib/auth/page-caller";
import { ApiError } from "@/lib/errors";
import { idText } from "@/lib/http/inputs";
import { readDeliveries } from "@/lib/webhooks/deliveries";
import { readWebhook } from "@/lib/webhooks/webhooks";
import { readerTimeZone } from "../../../../ui/reader-time-zone";
import { Pager } from "../../../../ui/table";
import { AdminsSection, Section } from "../../section";
import { WebhookActions } from "../webhook-actions";
import { Deliveries } from "./deliveries";
import { NewSecret } from "./new-secret";

export const metadata = { title: "Webhook" };

const PAGE_SIZE = 50;

const query = z.object({ cursor: idText.optional().catch(undefined) });

type Props = {
  params: Promise<{ webhookId: string }>;
  searchParams: Promise<Record<string, string | string[] | undefined>>;
};

export default async function Page({ params, searchParams }: Props) {
  const { webhookId } = await params;
  const path = `/settings/webhooks/${encodeURIComponent(webhookId)}`;
  const { caller } = await requireViewer(path);
  if (caller.role !== "admin") {
    return <AdminsSection title="Webhook">Admins see webhooks and what was sent.</AdminsSection>;
  }
  const id = idText.safeParse(webhookId);
  if (!id.success) notFound();
  const { cursor } = query.parse(await searchParams);
  const webhook = await readWebhook(id.data).catch(notFoundOf);
  const [{ deliveries, nextCursor }, timeZone] = await Promise.all([
    readDeliveries(webhook.id, { limit: PAGE_SIZE, before: cursor ?? null }),
    readerTimeZone(),
  ]);
  return (
    <>
      <Section
        title="Webhook"
        facts={<span className="font-mono wrap-anywhere">{webhook.url}</span>}
      >
        <p className="mb-4 text-small">
          {webhook.active ? "On" : "Off"}: {webhook.events.join(", ")}
        </p>
        <div className="flex flex-wrap items-start gap-2">
          <WebhookActions webhook={webhook} />
          <NewSecret webhookId={webhook.id} />
        </div>
      </Section>
      <Section title="Deliveries" facts="Listed for 30 days.">
        {deliveries.length === 0 ? (
          <p className="border-t py-3 text-ink-2 text-small">Nothing was to be sent yet.</p>
        ) : (
          <>
            <Deliveries webhook={webhook} deliveries={deliveries} timeZone={timeZone} />
            <Pager
              shown={`${deliveries.length} shown`}
              start={cursor === undefined ? null : path}
              next={nextCursor && `${path}?cursor=${nextCursor}`}
            />
          </>
        )}
      </Section>
    </>
  );
}

function notFoundOf(error: unknown): never {
  if (error instanceof ApiError && error.error === "NotFoundError") notFound();
  throw error;
}
