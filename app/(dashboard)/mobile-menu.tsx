"use client";

import { usePathname } from "next/navigation";
import { type ReactNode, useEffect, useState } from "react";
import { buttonClass } from "../ui/button";
import { Dialog } from "../ui/dialog";

/** The pages of a narrow screen, in a dialog that closes when one of them is chosen. */
export function MobileMenu({ children }: { children: ReactNode }) {
  const [isOpen, setOpen] = useState(false);
  const path = usePathname();
  // biome-ignore lint/correctness/useExhaustiveDependencies: closed by where one goes, not by what is drawn
  useEffect(() => setOpen(false), [path]);
  return (
    <>
      <button
        type="button"
        className={buttonClass()}
        aria-haspopup="dialog"
        onClick={() => setOpen(true)}
      >
        Menu
      </button>
      {isOpen && (
        <Dialog title="Pages" onClose={() => setOpen(false)}>
          <nav aria-label="Pages">{children}</nav>
          <button type="button" className={`${buttonClass()} mt-4`} onClick={() => setOpen(false)}>
            Close
          </button>
        </Dialog>
      )}
    </>
  );
}
