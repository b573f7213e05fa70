"use client";

import { useRouter } from "next/navigation";
import { startTransition, useEffect, useState } from "react";
import { buttonClass } from "./button";
import { PageHead } from "./page-head";
import { tell } from "./toasts";

const LOOK_AGAIN_MS = 5_000;

/** Errors of a page as React hands them on: on the server's only a digest is left. */
export type Fault = { error: Error & { digest?: string }; reset: () => void };

type Cause = "unknown" | "server" | "database";

/**
 * A page that didn't load. Asks every 5 s whether the server and its database serve, says so where they
 * don't, and loads the page by itself once they do again.
 */
export function PageFault({ error, reset }: Fault) {
  const router = useRouter();
  const [cause, setCause] = useState<Cause>("unknown");
  useEffect(() => {
    let wasAway = false;
    const look = async () => {
      const found = await findCause();
      setCause(found);
      if (found === "unknown" && wasAway) {
        startTransition(() => {
          router.refresh();
          reset();
        });
      }
      wasAway = found !== "unknown";
    };
    void look();
    const timer = setInterval(() => void look(), LOOK_AGAIN_MS);
    return () => clearInterval(timer);
  }, [router, reset]);
  if (cause !== "unknown") {
    return (
      <PageHead
        title="This page didn’t load"
        facts={
          cause === "database"
            ? "The database doesn’t answer. Nothing is lost: jobs wait. Trying again every 5 s."
            : "The server doesn’t answer. Trying again every 5 s."
        }
      />
    );
  }
  const { digest } = error;
  return (
    <>
      <PageHead title="This page didn’t load" facts={digest && `Error id ${digest}`} />
      <div className="flex gap-2">
        <button
          type="button"
          className={buttonClass("primary")}
          onClick={() =>
            startTransition(() => {
              router.refresh();
              reset();
            })
          }
        >
          Try again
        </button>
        {digest && (
          <button
            type="button"
            className={buttonClass()}
            onClick={async () => {
              await navigator.clipboard.writeText(digest);
              tell("Error id copied.");
            }}
          >
            Copy the error id
          </button>
        )}
      </div>
    </>
  );
}

async function findCause(): Promise<Cause> {
  try {
    const response = await fetch("/api/health", { cache: "no-store" });
    return response.ok ? "unknown" : "database";
  } catch {
    return "server";
  }
}
