import { type DailyShare, sparkline } from "@/lib/charts/sparkline";

const BOX = { width: 88, height: 24, inset: 2.5 };

/** A share a day, from 0 to 100 %, in the height of a row; `label` says in words what it is of. */
export function Sparkline({
  shares,
  range,
  label,
}: {
  shares: readonly DailyShare[];
  range: { to: string; days: number };
  label: string;
}) {
  const { paths, dots } = sparkline(shares, range, BOX);
  return (
    <svg
      role="img"
      aria-label={label}
      viewBox={`0 0 ${BOX.width} ${BOX.height}`}
      width={BOX.width}
      height={BOX.height}
      className="inline-block text-ink-2"
    >
      <path d={`M0 ${BOX.height - 0.5}H${BOX.width}`} stroke="var(--line)" />
      <path
        d={paths.join("")}
        fill="none"
        stroke="currentColor"
        strokeWidth="1.25"
        strokeLinejoin="round"
      />
      {dots.map(({ x, y }) => (
        <circle key={x} cx={x} cy={y} r="1.5" fill="currentColor" />
      ))}
    </svg>
  );
}
