/** How many batches had runs that answered in this pattern: runs by what they answered, such as [3, 1, 1]. */
export type RunPattern = { counts: readonly number[]; batches: number };

export type Agreement = {
  /** Batches of at least two answers, the pairs of answers within them, and the answers. */
  batches: number;
  pairs: number;
  answers: number;
  /** The share of answers that are their batch's most frequent one. At least 1/2 with two runs, so read it beside `pairAgreement`. */
  modalShare: number;
  /** 0 where all runs of each batch answer the same, 1 where no two do. */
  normalisedEntropy: number;
  /** The share of pairs of runs that answer the same. */
  pairAgreement: number;
};

/**
 * How far runs of one question agree, pooled over batches; null where no batch has two answers.
 * Within a batch of r answers, c of each kind:
 * - pairs that agree: Σ c(c − 1) / r(r − 1), which doesn't depend on r: E. H. Simpson, "Measurement of
 *   Diversity", Nature 163 (1949), 688. Pooled by pairs.
 * - modal share: the largest c / r. Pooled by answers.
 * - entropy: −Σ c/r · ln(c/r) (C. E. Shannon, 1948), divided by ln r, its most for r answers. Pooled by answers.
 */
export function agreementOf(patterns: readonly RunPattern[]): Agreement | null {
  let [batches, pairs, agreeing, answers, modal, entropy] = [0, 0, 0, 0, 0, 0];
  for (const pattern of patterns) {
    const r = pattern.counts.reduce((sum, c) => sum + c, 0);
    if (r < 2) continue;
    batches += pattern.batches;
    answers += pattern.batches * r;
    pairs += (pattern.batches * r * (r - 1)) / 2;
    agreeing += pattern.batches * pattern.counts.reduce((sum, c) => sum + (c * (c - 1)) / 2, 0);
    modal += pattern.batches * Math.max(...pattern.counts);
    const bits = pattern.counts.reduce((sum, c) => sum + (c / r) * Math.log(r / c), 0);
    entropy += (pattern.batches * r * bits) / Math.log(r);
  }
  if (pairs === 0) return null;
  return {
    ...{ batches, pairs, answers },
    modalShare: modal / answers,
    normalisedEntropy: entropy / answers,
    pairAgreement: agreeing / pairs,
  };
}
