"use client";

import { useRouter } from "next/navigation";
import { useEffect, useTransition } from "react";

/** Reads the page anew every so often while it is looked at; not while the last reading is still on its way. */
export function KeepFresh({ everySeconds }: { everySeconds: number }) {
  const router = useRouter();
  const [isReading, startTransition] = useTransition();
  useEffect(() => {
    let isGone = false;
    const timer = setInterval(async () => {
      if (document.hidden || isReading || !(await isServerThere()) || isGone) return;
      startTransition(() => router.refresh());
    }, everySeconds * 1_000);
    return () => {
      isGone = true;
      clearInterval(timer);
    };
  }, [everySeconds, isReading, router]);
  return null;
}

/** Next leaves the page for the browser's own of an error where it can't be read anew. */
function isServerThere(): Promise<boolean> {
  return fetch("/api/health").then(
    ({ ok }) => ok,
    () => false,
  );
}
