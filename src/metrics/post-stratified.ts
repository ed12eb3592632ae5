import type { RandomGenerator } from 'pure-rand/types/RandomGenerator';
import { type Estimated, quantile } from './intervals.js';
import { drawBeta, drawGamma, seededRandom } from './sampling.js';

/**
 * Whether the judged model calls a row positive; `wrong` where it counts as having said the opposite
 * of what people say, as an unanswered row may.
 */
export type Called = boolean | 'wrong';

/**
 * Rows that look alike before people have seen them: what the model said of them, and what another
 * one, the teacher, did. People have labelled some, drawn at random within the stratum.
 */
export interface Stratum {
  readonly called: Called;
  readonly rows: number;
  readonly labelled: number;
  /** Of the labelled ones. */
  readonly positive: number;
}

/**
 * Figures of the positive class over all rows, by people, who have labelled a part of them; undefined
 * where they are not defined.
 */
export interface Stratified {
  readonly precision: Estimated | undefined;
  readonly recall: Estimated | undefined;
  readonly f1: Estimated | undefined;
}

export interface DrawOptions {
  readonly draws: number;
  readonly confidence: number;
  readonly seed: number;
}

/**
 * Post-stratification: the share of positive rows in each stratum by people's labels, weighted by how
 * many rows the stratum has. A teacher that is mostly right makes the strata pure and the intervals
 * narrow; one that is wrong costs width, never validity. The intervals are the quantiles of draws
 * of the strata's shares (Dirichlet) and of the share of positive rows in each (Jeffreys' prior).
 *
 * @returns undefined where nobody has labelled a row
 * @see A. N. Angelopoulos et al., PPI++: Efficient Prediction-Powered Inference, arXiv:2311.01453
 */
export function postStratified(
  strata: readonly Stratum[],
  { draws, confidence, seed }: DrawOptions,
): Stratified | undefined {
  const filled = strata.filter(({ rows }) => rows > 0);
  if (filled.every(({ labelled }) => labelled === 0)) return undefined;
  const random = seededRandom(seed);
  const drawn = Array.from({ length: draws }, () => figuresOf(drawShares(filled, random)));
  const value = figuresOf(filled.map(meanShares));
  const estimate = (of: (figures: typeof value) => number): Estimated | undefined => {
    const point = of(value);
    if (Number.isNaN(point)) return undefined;
    const sorted = Float64Array.from(drawn, of).sort();
    const low = quantile(sorted, (1 - confidence) / 2);
    const high = quantile(sorted, (1 + confidence) / 2);
    return { value: point, interval: { low: Math.min(low, point), high: Math.max(high, point) } };
  };
  return {
    precision: estimate(({ precision }) => precision),
    recall: estimate(({ recall }) => recall),
    f1: estimate(({ f1 }) => f1),
  };
}

/** Shares of one stratum: of all rows, and of its own that are positive. */
interface Shares {
  readonly called: Called;
  readonly share: number;
  readonly positive: number;
}

/** Jeffreys' prior of a share: half a row of either kind. */
const PRIOR = 0.5;

export const meanShares = ({ called, rows, labelled, positive }: Stratum): Shares => ({
  called,
  share: rows,
  // Without a label nothing is known, and the prior's mean stands for it.
  positive: labelled === 0 ? 0.5 : positive / labelled,
});

const drawShares = (strata: readonly Stratum[], random: RandomGenerator): Shares[] =>
  strata.map(({ called, rows, labelled, positive }) => ({
    called,
    share: drawGamma(random, rows),
    positive: drawBeta(random, positive + PRIOR, labelled - positive + PRIOR),
  }));

/** Only ratios of shares count, so that they need not sum to 1. */
export function figuresOf(shares: readonly Shares[]) {
  let found = 0;
  let missed = 0;
  let called = 0;
  for (const { called: isCalled, share, positive } of shares) {
    if (isCalled === true) {
      called += share;
      found += share * positive;
    } else missed += share * positive;
    if (isCalled === 'wrong') called += share * (1 - positive);
  }
  return {
    precision: found / called,
    recall: found / (found + missed),
    f1: (2 * found) / (called + found + missed),
  };
}
