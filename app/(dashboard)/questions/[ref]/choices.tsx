import Link from "next/link";

/** A short list to choose one of, each with an address of its own. */
export function Choices({
  items,
}: {
  items: readonly { href: string; text: string; isChosen: boolean }[];
}) {
  return (
    <ul className="-mx-2 flex flex-col">
      {items.map(({ href, text, isChosen }) => (
        <li key={href}>
          <Link
            href={href}
            scroll={false}
            aria-current={isChosen ? "true" : undefined}
            className={`flex min-h-8 items-center gap-2 rounded-control px-2 wrap-anywhere hover:bg-hover coarse:min-h-11 ${isChosen ? "font-medium" : ""}`}
          >
            {text}
            {isChosen && <span aria-hidden="true">✓</span>}
          </Link>
        </li>
      ))}
    </ul>
  );
}
