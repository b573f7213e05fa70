import Link from "next/link";
import type { ReactNode } from "react";

/** A table with a head that stays in sight; `caption` names it for who doesn't see what is above it. */
export function Table({ caption, children }: { caption: string; children: ReactNode }) {
  return (
    <table data-rows className="w-full border-collapse text-small">
      <caption className="sr-only">{caption}</caption>
      {children}
    </table>
  );
}

type Cell = {
  children?: ReactNode;
  /** Numbers stand right. */
  isNumber?: boolean;
  /** From which width the column is there: always, 640, 1024 or 1280 px. */
  from?: "sm" | "lg" | "xl";
};

const ARROWS = { ascending: "↑", descending: "↓" } as const;

const FROM = { sm: "max-sm:hidden", lg: "max-lg:hidden", xl: "max-xl:hidden" } as const;

const cellClass = ({ isNumber, from }: Cell) =>
  `px-2 first:pl-0 last:pr-0 ${isNumber ? "text-right tabular-nums" : "text-left"} ${from ? FROM[from] : ""}`;

/** A column's head; with `sort` a link that sorts by it, and how it is sorted now. */
export function Head({
  sort,
  ...cell
}: Cell & { sort?: { href: string; now: "ascending" | "descending" | null } }) {
  return (
    <th
      scope="col"
      aria-sort={sort?.now ?? undefined}
      className={`sticky top-0 z-[1] h-8 bg-canvas font-normal text-caption text-ink-2 shadow-[inset_0_-1px_var(--line)] ${cellClass(cell)}`}
    >
      {sort ? (
        <Link href={sort.href} className="inline-flex min-h-6 items-center gap-1 hover:text-ink">
          {cell.children}
          <span aria-hidden="true">{sort.now && ARROWS[sort.now]}</span>
        </Link>
      ) : (
        cell.children
      )}
    </th>
  );
}

export function Row({ children, isOff = false }: { children: ReactNode; isOff?: boolean }) {
  return (
    <tr className={`border-b focus-within:bg-hover hover:bg-hover ${isOff ? "text-ink-3" : ""}`}>
      {children}
    </tr>
  );
}

export function Cell(cell: Cell) {
  return <td className={`h-9 py-2 coarse:h-11 ${cellClass(cell)}`}>{cell.children}</td>;
}

/** What part of how many is shown, and the way on: pages are told apart by a cursor, so back is the start. */
export function Pager({
  label = "Pages of the table",
  shown,
  start,
  next,
}: {
  /** Sets it apart from another pager of the page. */
  label?: string;
  shown: string;
  /** The address of the first page; null on it. */
  start: string | null;
  next: string | null;
}) {
  const link = "underline underline-offset-2 inline-flex min-h-6 items-center coarse:min-h-11";
  return (
    <nav
      aria-label={label}
      className="mt-3 flex items-center justify-between gap-4 text-caption text-ink-2 tabular-nums"
    >
      <span>{shown}</span>
      <span className="flex gap-4">
        {start && (
          <Link href={start} className={link} data-key="[">
            First page
          </Link>
        )}
        {next && (
          <Link href={next} className={link} rel="next" data-key="]">
            Next page
          </Link>
        )}
      </span>
    </nav>
  );
}
