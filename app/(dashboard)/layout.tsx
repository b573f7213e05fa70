import { headers } from "next/headers";
import Link from "next/link";
import type { ReactNode } from "react";
import { sightOf } from "@/lib/auth/caller";
import { readViewer } from "@/lib/auth/page-caller";
import { environment } from "@/lib/env";
import { readDailyBatches } from "@/lib/jobs/batches";
import { batchState } from "../ui/live/batch-state";
import { RunCount, RunLine } from "../ui/live/run-line";
import { Logo } from "../ui/logo";
import { NoteTimeZone } from "../ui/note-time-zone";
import { readerTimeZone } from "../ui/reader-time-zone";
import { MobileMenu } from "./mobile-menu";
import { Nav } from "./nav";
import { FOOT, PAGES, PIPELINE } from "./pages";

/** The frame of all pages for who is signed in; each of them asks who that is by itself. */
export default async function Layout({ children }: { children: ReactNode }) {
  const [today, timeZone] = await Promise.all([readToday(), readerTimeZone()]);
  return (
    <>
      <NoteTimeZone known={timeZone} />
      <a
        href="#main"
        className="sr-only focus:not-sr-only focus:absolute focus:z-10 focus:m-2 focus:rounded-control focus:bg-raised focus:px-3 focus:py-2"
      >
        Skip to the page
      </a>
      <div className="lg:flex">
        <header className="border-b px-4 lg:sticky lg:top-0 lg:flex lg:h-screen lg:w-[216px] lg:shrink-0 lg:flex-col lg:overflow-y-auto lg:border-r lg:border-b-0 lg:px-2 lg:py-4">
          <div className="flex h-12 items-center justify-between gap-4 lg:mb-1 lg:h-8">
            <Link href="/" className="inline-flex h-8 items-center rounded-control px-2">
              <Logo />
            </Link>
            <div className="flex items-center gap-4 lg:hidden">
              {today && <RunCount initial={today} />}
              <MobileMenu>
                <Pages />
                <Nav items={FOOT} label="Settings" />
              </MobileMenu>
            </div>
          </div>
          <nav aria-label="Pages" className="hidden lg:block">
            <Pages />
          </nav>
          <div className="mt-auto hidden border-t pt-2 lg:block">
            {today && <RunLine initial={today} />}
            <Nav items={FOOT} label="Settings" />
          </div>
        </header>
        <main id="main" className="min-w-0 max-w-[1344px] flex-1 px-4 py-6 lg:px-8">
          {children}
        </main>
      </div>
    </>
  );
}

function Pages() {
  return (
    <>
      <Nav items={PAGES} label="Canvass" />
      <p className="mt-4 mb-1 px-2 text-caption text-ink-2">Pipeline</p>
      <Nav items={PIPELINE} label="Pipeline" />
    </>
  );
}

/** Null: nobody is signed in, and the page will say so; or nothing was asked today. */
async function readToday() {
  const viewer = await readViewer(await headers());
  if (!viewer) return null;
  const [today] = await readDailyBatches(1, sightOf(viewer.caller), environment());
  return today?.batch ? batchState.parse(today.batch) : null;
}
