"use client";

import { useRouter } from "next/navigation";
import { useState, useTransition } from "react";
import { counted } from "@/lib/format/figures";
import { buttonClass } from "../../ui/button";
import { refusalOf } from "../../ui/call-api";
import { BusyButton } from "../../ui/call-button";
import { Dialog } from "../../ui/dialog";
import { tell, tellRefused } from "../../ui/toasts";
import { type Named, NameSearch } from "./name-search";

export type Mergeable = Named & { answers: number; prompts: number; suggestion: Named | null };

/** Asks which name another one is, then whether it is to count as that from now on. */
export function MergeDialog({ entity, onClose }: { entity: Mergeable; onClose: () => void }) {
  const router = useRouter();
  const [into, setInto] = useState<Named | null>(null);
  const [fault, setFault] = useState<string | null>(null);
  const [isBusy, startTransition] = useTransition();
  const { id, name, answers, prompts } = entity;

  const split = async () => {
    const refusal = await refusalOf({ method: "POST", path: `/api/entities/${id}/split` });
    if (refusal) tellRefused(refusal.message);
    router.refresh();
  };
  const merge = (target: Named) =>
    startTransition(async () => {
      const refusal = await refusalOf({
        method: "POST",
        path: `/api/entities/${id}/merge`,
        body: { into: target.id },
      });
      if (refusal) return setFault(refusal.message);
      tell(`${name} counts as ${target.name}.`, () => void split());
      onClose();
      router.refresh();
    });

  if (into === null) {
    return (
      <Dialog title={`Which name is ${name}?`} onClose={onClose}>
        <NameSearch self={id} suggestion={entity.suggestion} onChoose={setInto} />
        <div className="mt-6 flex justify-end">
          <button type="button" className={buttonClass()} onClick={onClose}>
            Cancel
          </button>
        </div>
      </Dialog>
    );
  }
  return (
    <Dialog key="confirm" title={`Merge ${name} into ${into.name}?`} onClose={onClose}>
      <p className="text-left text-ink-2 text-small whitespace-normal">
        {counted(answers, "answer")} in {counted(prompts, "question")}{" "}
        {answers === 1 ? "is" : "are"} counted anew at once. You can split them again.
      </p>
      <p role="alert" className="mt-2 text-failed-text text-small empty:hidden">
        {fault}
      </p>
      <div className="mt-6 flex justify-end gap-2">
        <button type="button" className={buttonClass()} onClick={() => setInto(null)}>
          Choose another
        </button>
        <BusyButton kind="primary" isBusy={isBusy} busy="Merging…" onClick={() => merge(into)}>
          Merge
        </BusyButton>
      </div>
    </Dialog>
  );
}
