import { type TrendView, trendQuery } from "./trend-address";

/** The rest of what the address says, for a form that changes a part of it. */
export function Kept({ view, without }: { view: TrendView; without: readonly string[] }) {
  const kept = [...new URLSearchParams(trendQuery(view))].filter(
    ([name]) => !without.includes(name),
  );
  return kept.map(([name, value]) => (
    <input key={`${name} ${value}`} type="hidden" name={name} value={value} />
  ));
}
