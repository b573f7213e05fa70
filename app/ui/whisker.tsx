/** A share and its 95 % interval, 0 to 1; `enough` is false where they are too few answers to say anything. */
export type Interval = { share: number; low: number; high: number; enough: boolean };

const at = (share: number) => `${share * 100}%`;

/**
 * `├──●──┤` on a scale from 0 to 100 %: no share is shown without it. The figures stand beside it in
 * words, so it is hidden from what reads them out.
 */
export function Whisker({
  interval: { share, low, high, enough },
  color = "var(--ink-2)",
}: {
  interval: Interval;
  color?: string;
}) {
  const stroke = enough ? color : "var(--ink-3)";
  const tick = "absolute top-1/2 h-2 w-px -translate-x-1/2 -translate-y-1/2";
  return (
    <span className="relative block h-3 w-full" aria-hidden="true">
      <span className="absolute inset-x-0 top-1/2 h-px bg-line" />
      <span
        className={`absolute top-1/2 -translate-y-1/2 ${enough ? "border-t-2" : "border-t-2 border-dashed"}`}
        style={{ left: at(low), width: at(high - low), borderColor: stroke }}
      />
      <span className={tick} style={{ left: at(low), background: stroke }} />
      <span className={tick} style={{ left: at(high), background: stroke }} />
      <span
        className="absolute top-1/2 size-2 -translate-x-1/2 -translate-y-1/2 rounded-[50%] border-2"
        style={{
          left: at(share),
          borderColor: stroke,
          background: enough ? stroke : "var(--canvas)",
        }}
      />
    </span>
  );
}
