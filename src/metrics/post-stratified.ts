import type { RandomGenerator } from 'pure-rand/types/RandomGenerator';
import { type Estimated, quantile } from './intervals.js';
import { drawBeta, drawGamma, seededRandom } from './sampling.js';

/**
 * Rows that look alike before people have seen them: what the model said of them, and what another
 * one, the teacher, did. People have labelled some, drawn at random within the stratum.
 */
export interface Stratum {
  /** Whether the model that is judged calls these rows toxic. */
  readonly called: boolean;
  readonly rows: number;
  readonly labelled: number;
  /** Of the labelled ones. */
  readonly toxic: number;
}

/** Figures of the toxic class over all rows, by people, who have labelled a part of them. */
export interface Stratified {
  readonly precision: Estimated;
  readonly recall: Estimated;
  readonly f1: Estimated;
}

export interface DrawOptions {
  readonly draws: number;
  readonly confidence: number;
  readonly seed: number;
}

/**
 * Post-stratification: the share of toxic rows in each stratum by people's labels, weighted by how
 * many rows the stratum has. A teacher that is mostly right makes the strata pure and the intervals
 * narrow; one that is wrong costs width, never validity. The intervals are the quantiles of draws
 * of the strata's shares (Dirichlet) and of the share of toxic rows in each (Jeffreys' prior).
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
  const estimate = (of: (figures: typeof value) => number): Estimated => {
    const sorted = Float64Array.from(drawn, of).sort();
    const [low, high] = [
      quantile(sorted, (1 - confidence) / 2),
      quantile(sorted, (1 + confidence) / 2),
    ];
    return {
      value: of(value),
      interval: { low: Math.min(low, of(value)), high: Math.max(high, of(value)) },
    };
  };
  return {
    precision: estimate(({ precision }) => precision),
    recall: estimate(({ recall }) => recall),
    f1: estimate(({ f1 }) => f1),
  };
}

/** Shares of one stratum: of all rows, and of its own that are toxic. */
interface Shares {
  readonly called: boolean;
  readonly share: number;
  readonly toxic: number;
}

/** Jeffreys' prior of a share: half a row of either kind. */
const PRIOR = 0.5;

const meanShares = ({ called, rows, labelled, toxic }: Stratum): Shares => ({
  called,
  share: rows,
  // Without a label nothing is known, and the prior's mean stands for it.
  toxic: labelled === 0 ? 0.5 : toxic / labelled,
});

const drawShares = (strata: readonly Stratum[], random: RandomGenerator): Shares[] =>
  strata.map(({ called, rows, labelled, toxic }) => ({
    called,
    share: drawGamma(random, rows),
    toxic: drawBeta(random, toxic + PRIOR, labelled - toxic + PRIOR),
  }));

/** Only ratios of shares count, so that they need not sum to 1. */
function figuresOf(shares: readonly Shares[]) {
  let found = 0;
  let missed = 0;
  let called = 0;
  for (const { called: isCalled, share, toxic } of shares) {
    if (isCalled) {
      called += share;
      found += share * toxic;
    } else missed += share * toxic;
  }
  return {
    precision: found / called,
    recall: found / (found + missed),
    f1: (2 * found) / (called + found + missed),
  };
}

/**
 * How many rows of each stratum people should label next, so that the F1 interval is narrowest:
 * Neyman's allocation, in proportion to rows times the deviation of their labels' effect on F1. At
 * least `least` a stratum, or all of it.
 *
 * @param budget - labels in all
 * @param expected - what is believed of the share of toxic rows in each stratum
 * @returns rows to label by stratum; they sum to the budget, or to all rows
 * @see J. Neyman, J. R. Stat. Soc. 97, 1934
 */
export function neymanAllocation(
  strata: readonly (Pick<Stratum, 'called' | 'rows'> & { readonly expected: number })[],
  budget: number,
  least = 20,
): number[] {
  const { f1 } = figuresOf(
    strata.map(({ called, rows, expected }) => ({ called, share: rows, toxic: expected })),
  );
  // dF1 / d(toxic rows of the stratum), up to a factor: 2 - F1 where they are called, -F1 elsewhere.
  const weights = strata.map(({ called, rows, expected }) => {
    const deviation = Math.sqrt(expected * (1 - expected));
    return rows * deviation * (called ? 2 - f1 : f1);
  });
  const floors = strata.map(({ rows }) => Math.min(rows, least));
  return allocate(
    weights,
    floors,
    strata.map(({ rows }) => rows),
    budget,
  );
}

/** Gives each its floor, then the rest by weight, none more than there are. */
function allocate(
  weights: readonly number[],
  floors: readonly number[],
  rows: readonly number[],
  budget: number,
): number[] {
  const given = [...floors];
  const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
  const most = Math.min(budget, sum(rows));
  while (sum(given) < most) {
    // The one that is furthest below its due; ties go to the first.
    let next = -1;
    let largest = Number.NEGATIVE_INFINITY;
    given.forEach((count, i) => {
      if (count >= (rows[i] ?? 0)) return;
      const due = (weights[i] ?? 0) / (count + 1);
      if (due > largest) [next, largest] = [i, due];
    });
    given[next] = (given[next] ?? 0) + 1;
  }
  return given;
}
