import { CopyButton } from "../../ui/copy-button";

/** A secret that nobody can look up later: told where it appears, with a way to copy it. */
export function ShownOnce({
  title,
  secret,
  what,
  hint,
}: {
  title: string;
  secret: string;
  what: string;
  hint: string;
}) {
  return (
    <div
      role="status"
      className="my-4 rounded-bar border border-l-[3px] border-l-warning-fill bg-surface px-4 py-3"
    >
      <p className="font-medium text-small">{title}</p>
      <p className="mt-2 flex flex-wrap items-center gap-3">
        <code className="rounded-tag bg-sunken px-2 py-1 font-mono text-caption wrap-anywhere">
          {secret}
        </code>
        <CopyButton text={secret} what={what} />
      </p>
      <p className="mt-2 text-caption text-ink-2">{hint}</p>
    </div>
  );
}
