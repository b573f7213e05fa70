import { Share } from "@/app/ui/share";
import { Whisker } from "@/app/ui/whisker";
import type { Standing } from "@/lib/answers/standing";

/** Who leads a question, by the last 7 days up to its last answers: never a share without its interval. */
export function LeaderCell({ standing }: { standing: Standing | null }) {
  if (!standing) return <span className="text-ink-3">No answers yet</span>;
  const { status, first, leaders, n, enough } = standing;
  if (!first) return <span className="text-ink-2">Nothing named in {n} answers</span>;
  const names = status === "not_enough" ? [first.name] : leaders.map(({ name }) => name);
  return (
    <span className="block min-w-0">
      <span className="line-clamp-1 wrap-anywhere" title={names.join(", ")}>
        {leadersOf(names)}
      </span>
      <span className="flex items-center gap-3">
        <span className="w-16 shrink-0">
          <Whisker interval={{ ...first, enough }} />
        </span>
        {status === "not_enough" ? (
          <span className="text-caption text-ink-2 tabular-nums">
            {first.k} of {n}, too few
          </span>
        ) : (
          <span className="text-caption">
            <Share k={first.k} n={n} />
            {status === "tied" && <span className="text-ink-2"> tied</span>}
          </span>
        )}
      </span>
    </span>
  );
}

/** "Severance", "Severance and Andor", "Severance and 2 others" */
function leadersOf(names: readonly string[]): string {
  const [first = "Nothing", second] = names;
  if (second === undefined) return first;
  return names.length === 2 ? `${first} and ${second}` : `${first} and ${names.length - 1} others`;
}
