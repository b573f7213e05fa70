import type { NavItem } from "./nav";

/** What the navigation leads to, in its order. */
export const PAGES: readonly NavItem[] = [
  { href: "/", label: "Overview" },
  { href: "/questions", label: "Questions" },
  { href: "/entities", label: "Entities" },
];

export const PIPELINE: readonly NavItem[] = [
  { href: "/jobs", label: "Jobs" },
  { href: "/batches", label: "Batches" },
  { href: "/models", label: "Models" },
  { href: "/queue", label: "Queue" },
];

export const FOOT: readonly NavItem[] = [{ href: "/settings", label: "Settings" }];
