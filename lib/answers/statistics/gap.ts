import { Z } from "./share";

/**
 * True where the 95 % interval of the gap between two entities, in `first` and `second` of the same
 * `n` answers, doesn't exclude 0; `first` is the more frequent. Shares within the same answers depend
 * on each other: variance (p1 + p2 − (p1 − p2)²) / n (measuring.md, 4 and 5).
 */
export function isTied(first: number, second: number, n: number): boolean {
  const [p1, p2] = [first / n, second / n];
  const gap = p1 - p2;
  return gap <= Z * Math.sqrt((p1 + p2 - gap ** 2) / n);
}
