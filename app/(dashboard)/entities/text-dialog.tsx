"use client";

import { useRouter } from "next/navigation";
import { buttonClass } from "../../ui/button";
import { type ApiCall, refusalOf } from "../../ui/call-api";
import { BusyButton } from "../../ui/call-button";
import { Dialog } from "../../ui/dialog";
import { sentenceOf } from "../../ui/faults-of-form";
import { TextField } from "../../ui/field";
import { tell, tellRefused } from "../../ui/toasts";
import { useApiForm } from "../../ui/use-api-form";

/** Asks for one name, and sends it. */
export function TextDialog({
  title,
  label,
  hint,
  button,
  initial,
  call,
  done,
  undo,
  onClose,
}: {
  title: string;
  label: string;
  hint: string;
  button: string;
  initial: string;
  call: (typed: string) => ApiCall;
  done: (typed: string) => string;
  undo?: ApiCall;
  onClose: () => void;
}) {
  const router = useRouter();
  const takeBack = async (back: ApiCall) => {
    const refusal = await refusalOf(back);
    if (refusal) tellRefused(refusal.message);
    router.refresh();
  };
  const { faults, fault, isBusy, onSubmit } = useApiForm({
    call: ({ name = "" }) => call(name.trim()),
    onDone: (_, form) => {
      const typed = `${new FormData(form).get("name")}`.trim();
      tell(done(typed), undo && (() => void takeBack(undo)));
      onClose();
      router.refresh();
    },
  });
  return (
    <Dialog title={title} onClose={onClose}>
      <form onSubmit={onSubmit} noValidate className="text-left whitespace-normal">
        <TextField
          label={label}
          hint={hint}
          name="name"
          defaultValue={initial}
          autoComplete="off"
          fault={sentenceOf(label, faults.name) ?? fault ?? undefined}
          required
        />
        <div className="mt-6 flex justify-end gap-2">
          <button type="button" className={buttonClass()} onClick={onClose}>
            Cancel
          </button>
          <BusyButton kind="primary" isBusy={isBusy} busy="Saving…">
            {button}
          </BusyButton>
        </div>
      </form>
    </Dialog>
  );
}
