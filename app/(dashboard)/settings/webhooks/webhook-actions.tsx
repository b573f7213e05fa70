"use client";

import { buttonClass } from "../../../ui/button";
import { ConfirmCallButton } from "../../../ui/call-button";
import { useUndoable } from "../../../ui/use-undoable";

/** Switches a webhook off or on, which may be undone, or ends it, which may not. */
export function WebhookActions({
  webhook,
}: {
  webhook: { id: number; url: string; active: boolean };
}) {
  const { state: active, change } = useUndoable(webhook.active);
  const path = `/api/webhooks/${webhook.id}`;
  const switchTo = (to: boolean) => ({ method: "PATCH" as const, path, body: { active: to } });
  return (
    <span className="flex flex-wrap gap-2">
      <button
        type="button"
        className={buttonClass()}
        onClick={() =>
          change({
            to: !active,
            call: switchTo(!active),
            done: active
              ? "The webhook is off. What is to be sent to it waits."
              : "The webhook is on.",
            undo: switchTo(active),
          })
        }
      >
        {active ? "Switch off" : "Switch on"}
      </button>
      <ConfirmCallButton
        call={{ method: "DELETE", path }}
        title="Delete this webhook?"
        body={
          <p className="wrap-anywhere">
            Nothing is sent to {webhook.url} any more, and its deliveries are forgotten.
          </p>
        }
        keep="Keep it"
        confirm="Delete it"
        busy="Deleting…"
      >
        Delete
      </ConfirmCallButton>
    </span>
  );
}
