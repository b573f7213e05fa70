"use client";

import Link from "next/link";
import { usePathname } from "next/navigation";

export type NavItem = { href: string; label: string };

/** Links to the pages; the one that a page lies under is marked. */
export function Nav({ items, label }: { items: readonly NavItem[]; label: string }) {
  const path = usePathname();
  return (
    <ul aria-label={label} className="flex flex-col gap-0.5">
      {items.map(({ href, label: text }) => {
        const isHere = href === "/" ? path === "/" : path === href || path.startsWith(`${href}/`);
        return (
          <li key={href}>
            <Link
              href={href}
              aria-current={isHere ? "page" : undefined}
              className={`flex h-8 items-center rounded-control border px-2 coarse:h-11 ${
                isHere
                  ? "bg-hover font-medium text-ink"
                  : "border-transparent text-ink-2 hover:bg-hover hover:text-ink"
              }`}
            >
              {text}
            </Link>
          </li>
        );
      })}
    </ul>
  );
}
