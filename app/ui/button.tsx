import Link from "next/link";
import type { ComponentProps } from "react";

export type ButtonKind = "plain" | "primary" | "danger";

const BASE =
  "inline-flex h-8 items-center justify-center gap-2 rounded-control border px-3 font-medium whitespace-nowrap text-small transition-colors duration-120 coarse:h-11";

const KINDS: Readonly<Record<ButtonKind, string>> = {
  plain: "border-edge bg-surface text-ink hover:bg-hover active:bg-sunken",
  primary: "border-solid bg-solid text-on-solid hover:opacity-90 active:opacity-80",
  danger: "border-failed-fill bg-failed-fill text-on-solid hover:opacity-90 active:opacity-80",
};

/** The look of a button, for whatever is one: a button does something, a link goes somewhere. */
export const buttonClass = (kind: ButtonKind = "plain") => `${BASE} ${KINDS[kind]}`;

export function ButtonLink({
  kind = "plain",
  ...link
}: ComponentProps<typeof Link> & { kind?: ButtonKind }) {
  return <Link {...link} className={buttonClass(kind)} />;
}
