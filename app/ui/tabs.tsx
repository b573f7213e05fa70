import Link from "next/link";

/** The parts of a page, each with an address of its own. */
export function Tabs({
  label,
  items,
}: {
  label: string;
  items: readonly { href: string; text: string; isChosen: boolean }[];
}) {
  return (
    <nav aria-label={label} className="mb-6 flex gap-6 border-b">
      {items.map(({ href, text, isChosen }) => (
        <Link
          key={href}
          href={href}
          aria-current={isChosen ? "page" : undefined}
          className={`-mb-px inline-flex h-9 items-center border-b-2 text-small coarse:h-11 ${
            isChosen
              ? "border-b-ink font-medium text-ink"
              : "border-b-transparent text-ink-2 hover:text-ink"
          }`}
        >
          {text}
        </Link>
      ))}
    </nav>
  );
}
