"use client";

import { useState } from "react";
import * as z from "zod/mini";
import { buttonClass } from "../../../../ui/button";
import { callApi } from "../../../../ui/call-api";
import { BusyButton } from "../../../../ui/call-button";
import { Dialog } from "../../../../ui/dialog";
import { ShownOnce } from "../../shown-once";

const answer = z.object({ secret: z.string() });

type State =
  | { kind: "closed" }
  | { kind: "asking"; isBusy: boolean; fault: string | null }
  | { kind: "made"; secret: string };

/** Replaces a webhook's secret, and shows the new one this once. */
export function NewSecret({ webhookId }: { webhookId: number }) {
  const [state, setState] = useState<State>({ kind: "closed" });
  const close = () => setState({ kind: "closed" });
  const make = async () => {
    setState({ kind: "asking", isBusy: true, fault: null });
    const answered = await callApi({ method: "POST", path: `/api/webhooks/${webhookId}/secret` });
    setState(
      answered.ok
        ? { kind: "made", secret: answer.parse(answered.body).secret }
        : { kind: "asking", isBusy: false, fault: answered.refusal.message },
    );
  };
  return (
    <>
      <button
        type="button"
        className={buttonClass()}
        aria-haspopup="dialog"
        onClick={() => setState({ kind: "asking", isBusy: false, fault: null })}
      >
        New secret
      </button>
      {state.kind === "asking" && (
        <Dialog title="Make a new secret?" onClose={close}>
          <p className="text-ink-2 text-small">
            The present one stops being used at once: messages are signed with the new one.
          </p>
          <p role="alert" className="mt-2 text-failed-text text-small empty:hidden">
            {state.fault}
          </p>
          <div className="mt-6 flex justify-end gap-2">
            <button type="button" className={buttonClass()} onClick={close}>
              Keep the present one
            </button>
            <BusyButton
              kind="danger"
              isBusy={state.isBusy}
              busy="Making it…"
              onClick={() => void make()}
            >
              Make a new secret
            </BusyButton>
          </div>
        </Dialog>
      )}
      {state.kind === "made" && (
        <ShownOnce
          title="The new secret"
          secret={state.secret}
          what="the secret"
          hint="Copy it now. It isn't shown again."
        />
      )}
    </>
  );
}
