import type { ReactNode } from "react";

/** A part of a page under its own heading; rules and space part it from the next, not a card. */
export function Section({
  title,
  aside,
  children,
}: {
  title: ReactNode;
  aside?: ReactNode;
  children: ReactNode;
}) {
  return (
    <section className="mt-8 border-t pt-6">
      <div className="mb-3 flex flex-wrap items-baseline justify-between gap-x-4">
        <h2 className="font-semibold text-body">{title}</h2>
        {aside}
      </div>
      {children}
    </section>
  );
}
