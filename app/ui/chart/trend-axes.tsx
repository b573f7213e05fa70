import type { TrendChart } from "@/lib/charts/trend-chart";
import { percent } from "@/lib/format/figures";
import { utcDayLabel } from "@/lib/format/times";

/** The words at a trend's axes: shares at the left, UTC days below. */
export function TrendAxes({ chart, now }: { chart: TrendChart; now: Date }) {
  return (
    <div aria-hidden="true" className="text-caption text-ink-3 tabular-nums">
      <div className="absolute top-0 -left-10 h-60 w-8 sm:h-[360px]">
        {chart.grid.map((share) => (
          <span
            key={share}
            className="absolute right-0 -translate-y-1/2"
            style={{ top: `${(1 - share / chart.top) * 100}%` }}
          >
            {share === chart.top ? percent(share) : Math.round(share * 1000) / 10}
          </span>
        ))}
      </div>
      <div className="relative mt-2 h-4">
        {chart.ticks.map(({ day, x, isOnPhones }) => (
          <span
            key={day}
            className={`absolute -translate-x-1/2 whitespace-nowrap ${isOnPhones ? "" : "max-sm:hidden"}`}
            style={{ left: `${x}%` }}
          >
            {utcDayLabel(day, now)}
          </span>
        ))}
      </div>
    </div>
  );
}
