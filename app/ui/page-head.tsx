import Link from "next/link";
import type { ReactNode } from "react";

type Crumb = { href: string; label: string };

/** A page's name, one line of facts, and what can be done with it: at most one primary and two plain buttons. */
export function PageHead({
  title,
  badge,
  trail,
  here,
  facts,
  actions,
}: {
  title: string;
  /** Beside the title: the state of what the page is about. */
  badge?: ReactNode;
  trail?: Crumb;
  /** The last of the trail: an id or slug. */
  here?: string;
  facts?: ReactNode;
  actions?: ReactNode;
}) {
  return (
    <header className="mb-6 flex flex-wrap items-start justify-between gap-x-6 gap-y-3">
      <div className="min-w-0">
        {trail && (
          <p className="mb-1 text-caption text-ink-2">
            <Link href={trail.href} className="underline underline-offset-2">
              {trail.label}
            </Link>
            {here && (
              <>
                {" / "}
                <span className="font-mono">{here}</span>
              </>
            )}
          </p>
        )}
        <div className="flex flex-wrap items-center gap-x-4 gap-y-1">
          <h1 className="max-w-[68ch] font-semibold text-title">{title}</h1>
          {badge}
        </div>
        {facts && <p className="mt-1 text-ink-2 text-small">{facts}</p>}
      </div>
      {actions && <div className="flex flex-wrap gap-2 sm:justify-end">{actions}</div>}
    </header>
  );
}
