"use client";

import Link from "next/link";
import { usePathname } from "next/navigation";

const SECTIONS = [
  { href: "/settings/account", label: "Account" },
  { href: "/settings/members", label: "Members" },
  { href: "/settings/keys", label: "API keys" },
  { href: "/settings/sessions", label: "Sessions" },
  { href: "/settings/webhooks", label: "Webhooks" },
  { href: "/settings/budget", label: "Budget" },
  { href: "/settings/appearance", label: "Appearance" },
] as const;

/** Links to the sections: a column, or lines of them where there is no room. */
export function SettingsNav() {
  const path = usePathname();
  return (
    <nav aria-label="Settings" className="mb-6 lg:w-40 lg:shrink-0">
      <ul className="flex flex-wrap gap-1 lg:flex-col">
        {SECTIONS.map(({ href, label }) => {
          const isHere = path === href || path.startsWith(`${href}/`);
          return (
            <li key={href}>
              <Link
                href={href}
                aria-current={isHere ? "page" : undefined}
                className={`flex h-8 items-center rounded-control border px-2 text-small coarse:h-11 ${
                  isHere
                    ? "bg-hover font-medium text-ink"
                    : "border-transparent text-ink-2 hover:bg-hover hover:text-ink"
                }`}
              >
                {label}
              </Link>
            </li>
          );
        })}
      </ul>
    </nav>
  );
}
