import { percent, wholeNumber } from "@/lib/format/figures";

/** "59% 41 of 70": no percentage without what it is a part of. */
export function Share({ k, n }: { k: number; n: number }) {
  return (
    <span className="whitespace-nowrap tabular-nums">
      {n > 0 && <span className="text-ink">{percent(k / n)} </span>}
      <span className="text-ink-2">
        {wholeNumber(k)} of {wholeNumber(n)}
      </span>
    </span>
  );
}
