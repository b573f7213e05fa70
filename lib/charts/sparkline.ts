import { addDays } from "@/lib/answers/days";

/** A share (0 to 1) of a UTC day; `isAnew`: nothing leads to it from the days before. */
export type DailyShare = { day: string; share: number; isAnew: boolean };

export type Box = { width: number; height: number; inset: number };

/**
 * Where the shares of the `days` days up to `to` lie in a box, 0 at its foot and 1 at its top: a path for
 * each stretch of days in a row, and a dot for each day that stands alone. A day without a share parts
 * them: it is no 0, and no line goes over it.
 */
export function sparkline(
  shares: readonly DailyShare[],
  { to, days }: { to: string; days: number },
  { width, height, inset }: Box,
): { paths: string[]; dots: { x: number; y: number }[] } {
  const byDay = new Map(shares.map((share) => [share.day, share]));
  const step = (width - 2 * inset) / Math.max(1, days - 1);
  const stretches: { x: number; y: number }[][] = [];
  let isJoined = false;
  for (let index = 0; index < days; index += 1) {
    const found = byDay.get(addDays(to, index + 1 - days));
    if (found) {
      const point = {
        x: round(inset + index * step),
        y: round(inset + (1 - found.share) * (height - 2 * inset)),
      };
      if (isJoined && !found.isAnew) stretches.at(-1)?.push(point);
      else stretches.push([point]);
    }
    isJoined = found !== undefined;
  }
  return {
    paths: stretches
      .filter((points) => points.length > 1)
      .map((points) => `M${points.map(({ x, y }) => `${x} ${y}`).join("L")}`),
    dots: stretches.filter((points) => points.length === 1).flat(),
  };
}

const round = (n: number) => Math.round(n * 10) / 10;
