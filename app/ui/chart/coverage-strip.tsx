import type { CoverageCell } from "@/lib/charts/coverage";

/**
 * Under a chart, on its axis: how much of what was to be asked was answered, day by day; a dashed box is
 * a day on which nothing was. Decoration: its sum stands above it, its days in the table.
 */
export function CoverageStrip({ cells }: { cells: readonly CoverageCell[] }) {
  return (
    <div className="relative h-2.5" aria-hidden="true">
      {cells.map(({ day, answered, left, width }) => (
        <span
          key={day}
          className={`absolute inset-y-0 border-r border-r-canvas ${answered === null ? "" : "bg-line"}`}
          style={{ left: `${left}%`, width: `${width}%` }}
        >
          {answered === null ? (
            <span className="block size-full border border-edge border-dashed" />
          ) : (
            <span
              className="absolute inset-x-0 bottom-0 bg-edge forced-colors:bg-[CanvasText]"
              style={{ height: `${answered * 100}%` }}
            />
          )}
        </span>
      ))}
    </div>
  );
}
