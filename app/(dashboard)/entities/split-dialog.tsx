"use client";

import { buttonClass } from "../../ui/button";
import { CallButton } from "../../ui/call-button";
import { Dialog } from "../../ui/dialog";
import type { Named } from "./name-search";

/** Lets aliases stand for themselves again, one by one. */
export function SplitDialog({
  name,
  aliases,
  onClose,
}: {
  name: string;
  aliases: readonly Named[];
  onClose: () => void;
}) {
  return (
    <Dialog title={`Split ${name}?`} onClose={onClose}>
      <p className="text-left text-ink-2 text-small whitespace-normal">
        What is split stands for itself again, and its answers are counted anew at once.
      </p>
      <ul className="mt-3 max-h-72 overflow-y-auto">
        {aliases.map((alias) => (
          <li
            key={alias.id}
            className="flex items-center justify-between gap-4 border-t py-2 text-small"
          >
            <span className="text-left whitespace-normal wrap-anywhere">{alias.name}</span>
            <CallButton
              call={{ method: "POST", path: `/api/entities/${alias.id}/split` }}
              busy="Splitting…"
              done={`${alias.name} stands for itself again.`}
            >
              Split
            </CallButton>
          </li>
        ))}
      </ul>
      <div className="mt-6 flex justify-end">
        <button type="button" className={buttonClass()} onClick={onClose}>
          Close
        </button>
      </div>
    </Dialog>
  );
}
