"use client";

import { useRouter } from "next/navigation";
import { useEffect, useTransition } from "react";

/** Reads the page anew every so often while it is looked at; not while the last reading is still on its way. */
export function KeepFresh({ everySeconds }: { everySeconds: number }) {
  const router = useRouter();
  const [isReading, startTransition] = useTransition();
  useEffect(() => {
    const timer = setInterval(() => {
      if (document.hidden || isReading) return;
      startTransition(() => router.refresh());
    }, everySeconds * 1_000);
    return () => clearInterval(timer);
  }, [everySeconds, isReading, router]);
  return null;
}
