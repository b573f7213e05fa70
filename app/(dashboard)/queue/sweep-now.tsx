"use client";

import { CallButton } from "../../ui/call-button";
import { CopyButton } from "../../ui/copy-button";

/** Runs a sweep for an admin; whoever else sees a standstill gets the call to pass on. */
export function SweepNow({ isAdmin, address }: { isAdmin: boolean; address: string | undefined }) {
  if (isAdmin) {
    return (
      <div className="mt-3">
        <CallButton
          call={{ method: "GET", path: "/api/cron/sweep" }}
          busy="Sweeping…"
          done="A sweep ran."
        >
          Sweep now
        </CallButton>
      </div>
    );
  }
  const curl = `curl -H "Authorization: Bearer $CRON_SECRET" ${address ?? "http://localhost:3000"}/api/cron/sweep`;
  return (
    <div className="mt-3 flex flex-wrap items-center gap-3">
      <code className="rounded-tag bg-sunken px-2 py-1 font-mono text-caption wrap-anywhere">
        {curl}
      </code>
      <CopyButton text={curl} what="the call" />
    </div>
  );
}
