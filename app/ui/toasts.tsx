"use client";

import { type ComponentType, useEffect, useState } from "react";

/** Popups and toasts are one chunk, which comes after the page: 80 kB that no first paint needs. */
const overlays = () => import("./overlays");

const UNDO_MS = 10_000;

/** Says what was done where the page itself doesn't show it; with `undo`, for 10 s, takes it back. */
export function tell(message: string, undo?: () => void): void {
  void overlays().then(({ toast }) =>
    undo
      ? toast(message, { duration: UNDO_MS, action: { label: "Undo", onClick: undo } })
      : toast(message),
  );
}

/** Says what was refused. */
export function tellRefused(message: string): void {
  void overlays().then(({ toast }) => toast.error(message, { duration: UNDO_MS }));
}

/** Where toasts appear, once the page is idle. */
export function Toasts() {
  const [Toaster, setToaster] = useState<ComponentType | null>(null);
  useEffect(() => {
    let isGone = false;
    const load = () =>
      void overlays().then((loaded) => {
        if (!isGone) setToaster(() => loaded.Toaster);
      });
    // Safari has no requestIdleCallback.
    const timer = setTimeout(load, 1_000);
    return () => {
      isGone = true;
      clearTimeout(timer);
    };
  }, []);
  return Toaster && <Toaster />;
}
