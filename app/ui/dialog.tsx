"use client";

import { type ReactNode, useEffect, useId, useRef } from "react";

/**
 * A question that has to be answered first, by the browser's own modal dialog: it keeps the focus, and
 * Esc answers no. The first control has the focus, so let that be the safe one.
 */
export function Dialog({
  title,
  onClose,
  children,
}: {
  title: string;
  onClose: () => void;
  children: ReactNode;
}) {
  const dialog = useRef<HTMLDialogElement>(null);
  const id = useId();
  // Not closed by a cleanup: that would tell onClose of it where React runs effects twice.
  useEffect(() => dialog.current?.showModal(), []);
  return (
    <dialog
      ref={dialog}
      aria-labelledby={id}
      // React's strict mode closes and shows it again before the event of the first comes.
      onClose={() => !dialog.current?.open && onClose()}
      className="m-auto w-full max-w-[480px] rounded-popup border bg-raised p-6 text-ink shadow-popup backdrop:bg-[oklch(0_0_0/.4)]"
    >
      <h2 id={id} className="mb-2 font-semibold text-verdict">
        {title}
      </h2>
      {children}
    </dialog>
  );
}
