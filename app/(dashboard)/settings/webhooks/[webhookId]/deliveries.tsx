import { counted } from "@/lib/format/figures";
import type { readDeliveries } from "@/lib/webhooks/deliveries";
import { CallButton } from "../../../../ui/call-button";
import { StatusGlyph } from "../../../../ui/status-glyph";
import { Cell, Head, Row, Table } from "../../../../ui/table";
import { Time } from "../../../../ui/time";

type Delivery = Awaited<ReturnType<typeof readDeliveries>>["deliveries"][number];

const MARKS = {
  pending: { glyph: "queued", color: "text-queued-text" },
  delivered: { glyph: "succeeded", color: "text-succeeded-text" },
  failed: { glyph: "failed", color: "text-failed-text" },
} as const;

/** What was or is to be sent to a webhook, and what came of it. */
export function Deliveries({
  webhook,
  deliveries,
  timeZone,
}: {
  webhook: { id: number; active: boolean };
  deliveries: readonly Delivery[];
  timeZone: string;
}) {
  const now = new Date();
  return (
    <>
      {!webhook.active && (
        <p className="mb-2 text-caption text-ink-2">
          The webhook is off: switch it on to send something again.
        </p>
      )}
      <Table caption="Deliveries">
        <thead>
          <tr>
            <Head>Status</Head>
            <Head>Event</Head>
            <Head from="sm">Tries</Head>
            <Head from="sm">Last try</Head>
            <Head from="lg">Next try</Head>
            <Head>
              <span className="sr-only">What can be done</span>
            </Head>
          </tr>
        </thead>
        <tbody>
          {deliveries.map(({ id, status, type, error, httpStatus, ...times }) => (
            <Row key={id}>
              <Cell>
                <span className={`inline-flex items-center gap-2 ${MARKS[status].color}`}>
                  <StatusGlyph status={MARKS[status].glyph} />
                  {status}
                </span>
              </Cell>
              <Cell>
                <span className="font-mono text-caption wrap-anywhere">{type}</span>
                {status !== "delivered" && error !== null && (
                  <span className="block text-caption text-ink-2 wrap-anywhere">{error}</span>
                )}
                {error === null && httpStatus !== null && (
                  <span className="block text-caption text-ink-2">HTTP {httpStatus}</span>
                )}
              </Cell>
              <Cell from="sm">
                <span className="whitespace-nowrap">
                  {counted(times.attemptCount, "try", "tries")}
                </span>
              </Cell>
              <Cell from="sm">
                <Time at={times.lastAttemptAt} timeZone={timeZone} now={now} />
              </Cell>
              <Cell from="lg">
                <Time at={times.nextAttemptAt} timeZone={timeZone} now={now} />
              </Cell>
              <Cell isNumber>
                {webhook.active && (
                  <CallButton
                    call={{
                      method: "POST",
                      path: `/api/webhooks/${webhook.id}/deliveries/${id}/send`,
                    }}
                    busy="Sending…"
                    done="It is sent at once."
                  >
                    Send again
                  </CallButton>
                )}
              </Cell>
            </Row>
          ))}
        </tbody>
      </Table>
    </>
  );
}
