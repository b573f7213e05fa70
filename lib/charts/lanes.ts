/** What stands side by side where it would overlap: from `low` to `high`. */
type Span = { low: number; high: number };

/** In: spans in the order in which they choose. Out: the lane of each, from 0, none of which has two that touch. */
export function lanesOf(spans: readonly Span[], apart = 0): number[] {
  const lanes: Span[][] = [];
  return spans.map((span) => {
    const isFree = (lane: Span[]) =>
      lane.every(({ low, high }) => span.low > high + apart || span.high < low - apart);
    const found = lanes.findIndex(isFree);
    if (found === -1) return lanes.push([span]) - 1;
    lanes[found]?.push(span);
    return found;
  });
}
