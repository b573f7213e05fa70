const TOPS = [0.25, 0.5, 1] as const;

/** The end of the scale of shares: the smallest of 25, 50 and 100 % that holds them all. */
export function topOf(shares: readonly number[]): number {
  const most = Math.max(0, ...shares);
  return TOPS.find((top) => most <= top) ?? 1;
}

/** Four steps up from 0. */
export const gridOf = (top: number): number[] => [0, 1, 2, 3, 4].map((step) => (top * step) / 4);

const MOST_LABELS = 7;

export type DayTick = { index: number; isOnPhones: boolean };

/** Days to be named under a chart: about seven, evenly apart, the first and the last among them; three on phones. */
export function dayTicks(count: number): DayTick[] {
  if (count <= 0) return [];
  const last = count - 1;
  const step = Math.max(1, Math.ceil(last / (MOST_LABELS - 1)));
  const indexes = [];
  for (let index = 0; index < last; index += step) indexes.push(index);
  // The last one's label would run into the one before.
  if (indexes.length > 1 && last - (indexes.at(-1) ?? 0) < step / 2) indexes.pop();
  indexes.push(last);
  const middle = indexes[Math.floor(indexes.length / 2)];
  return indexes.map((index) => ({
    index,
    isOnPhones: index === 0 || index === last || index === middle,
  }));
}
