import type { ReactNode } from "react";
import { Logo } from "./logo";

/** A page outside the frame: one thing to do, in one column. */
export function NarrowPage({ title, children }: { title: string; children: ReactNode }) {
  return (
    <main className="max-w-[400px] px-4 py-8 lg:px-8 lg:py-12">
      <Logo />
      <h1 className="mt-8 mb-4 font-semibold text-title">{title}</h1>
      {children}
    </main>
  );
}

/** What stands under a form of such a page. */
export function Aside({ children }: { children: ReactNode }) {
  return (
    <p className="mt-6 text-ink-2 text-small [&_a]:underline [&_a]:underline-offset-2">
      {children}
    </p>
  );
}
