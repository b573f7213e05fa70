import { newcombe, pValueOfDifference } from "./difference";
import { discoveries } from "./false-discovery";
import { ENOUGH_ANSWERS, type Interval, type Share } from "./share";

type Pair = { from: Share; to: Share };

/** A share of what it is about in two sets of answers; n may be 0. */
export type Comparison<About> = Pair & { about: About };

export type Verdict<About> = {
  about: About;
  verdict: "differs" | "within_noise" | "not_enough";
  /** The two shares, null where there are no answers. */
  from: number | null;
  to: number | null;
  /** Newcombe's 95 % interval of `to` − `from`, null where either is. */
  low: number | null;
  high: number | null;
};

/**
 * Which of many shares differ (measuring.md, 4 and 10): the interval of the difference excludes 0, and
 * it stands among all that are compared at once. Those named in neither set have nothing to compare,
 * and don't count among them.
 */
export function verdictsOf<About>(comparisons: readonly Comparison<About>[]): Verdict<About>[] {
  const asked = comparisons.filter(isTestable);
  const stands = discoveries(asked.map(({ from, to }) => pValueOfDifference(from, to)));
  const standing = new Set(asked.filter((_, index) => stands[index]));
  return comparisons.map((comparison) => {
    const { about, from, to } = comparison;
    const interval = from.n > 0 && to.n > 0 ? newcombe(from, to) : null;
    const figures = { about, from: shareOf(from), to: shareOf(to), ...(interval ?? NO_INTERVAL) };
    if (!interval || !hasEnough(comparison)) return { verdict: "not_enough", ...figures };
    const differs = standing.has(comparison) && excludesZero(interval);
    return { verdict: differs ? "differs" : "within_noise", ...figures };
  });
}

const NO_INTERVAL = { low: null, high: null };
const hasEnough = ({ from, to }: Pair) => from.n >= ENOUGH_ANSWERS && to.n >= ENOUGH_ANSWERS;
const isTestable = (pair: Pair) => hasEnough(pair) && pair.from.k + pair.to.k > 0;
const excludesZero = ({ low, high }: Interval) => low > 0 || high < 0;
const shareOf = ({ k, n }: Share) => (n > 0 ? k / n : null);
