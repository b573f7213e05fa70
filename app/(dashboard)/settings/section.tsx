import type { ReactNode } from "react";

/** A part of a page of the settings. */
export function Section({
  title,
  facts,
  children,
}: {
  title: string;
  facts?: ReactNode;
  children: ReactNode;
}) {
  return (
    <section className="mb-10">
      <h2 className="font-semibold text-verdict">{title}</h2>
      {facts && <p className="mt-1 max-w-[68ch] text-ink-2 text-small">{facts}</p>}
      <div className="mt-4">{children}</div>
    </section>
  );
}

/** For a member at a section that only admins have. */
export function AdminsSection({ title, children }: { title: string; children: ReactNode }) {
  return (
    <Section title={title} facts={children}>
      <p className="border-t py-3 text-small">Ask an admin to change something here.</p>
    </Section>
  );
}
