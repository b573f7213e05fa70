import { Z } from "./share";

/**
 * How far off a share of `answers` answers may be, in points (0 to 50) either way: half of Wilson's 95 %
 * interval for a share of one half, where it is widest. Of `n` answers, `k = n / 2`, Wilson's formula
 * comes down to z ÷ (2 √(n + z²)).
 */
export function pointsOf(answers: number): number {
  return (100 * Z) / (2 * Math.sqrt(answers + Z ** 2));
}

/** The fewest answers whose share is off by at most `points` (over 0, at most 50): `pointsOf` turned round. */
export function answersFor(points: number): number {
  const exact = (Z / (2 * (points / 100))) ** 2 - Z ** 2;
  return Math.max(1, Math.ceil(exact - 1e-9));
}
