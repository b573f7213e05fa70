import Link from "next/link";

/** A choice of a few, each with an address of its own. */
export function Segmented({
  label,
  items,
}: {
  label: string;
  /** `shortcut`: the key that chooses it. */
  items: readonly { href: string; text: string; isChosen: boolean; shortcut?: string }[];
}) {
  return (
    <nav aria-label={label} className="inline-flex rounded-control border bg-sunken p-px">
      {items.map(({ href, text, isChosen, shortcut }) => (
        <Link
          key={href}
          href={href}
          scroll={false}
          data-key={shortcut}
          aria-current={isChosen ? "true" : undefined}
          className={`inline-flex h-7 items-center rounded-[5px] border px-3 font-medium text-small coarse:h-11 ${
            isChosen
              ? "border-edge bg-surface text-ink"
              : "border-transparent text-ink-2 hover:text-ink"
          }`}
        >
          {text}
        </Link>
      ))}
    </nav>
  );
}
