import type { ReactNode } from "react";

/** Where there is nothing: one sentence that says what would be here, and one thing to do. */
export function Empty({ children, action }: { children: ReactNode; action?: ReactNode }) {
  return (
    <div className="border-t py-8">
      <p className="max-w-[68ch] text-ink-2">{children}</p>
      {action && <div className="mt-4">{action}</div>}
    </div>
  );
}
