import { betaCdf, betaQuantile } from '../metrics/beta.js';
import type { Band } from './band.js';
import {
  type CascadeCounts,
  type CascadeRow,
  type CascadeRules,
  countCascade,
} from './cascade-rows.js';

/** What a cascade is to reach, as fractions. */
export interface Aim {
  readonly recall?: number | undefined;
  readonly precision?: number | undefined;
}

/** What rows say of one figure that was promised. */
export interface Evidence {
  readonly aim: number;
  readonly successes: number;
  readonly n: number;
  /** The lower end of the one-sided interval of Clopper and Pearson at the same confidence. */
  readonly bound: number;
  /** Of the exact binomial test of "the figure is not above the aim". */
  readonly p: number;
}

/** What rows say of one band. */
export interface Tested {
  readonly band: Band;
  readonly counts: CascadeCounts;
  readonly recall?: Evidence;
  readonly precision?: Evidence;
  readonly passes: boolean;
}

/**
 * Tests a promise of recall, of precision, or of both: it holds only where each of them is shown
 * by itself (an intersection-union test, so that no level is divided). A row without a label
 * counts as missed where it is positive.
 */
export function testBand(
  rows: readonly CascadeRow[],
  band: Band,
  { aim, confidence, rules }: { aim: Aim; confidence: number; rules: CascadeRules },
): Tested {
  const counts = countCascade(rows, band, rules);
  const { hits, positive, called } = counts;
  const weigh = (aimed: number | undefined, n: number) =>
    aimed === undefined ? undefined : evidence(aimed, { successes: hits, n }, confidence);
  const recall = weigh(aim.recall, positive);
  const precision = weigh(aim.precision, called);
  const alpha = 1 - confidence;
  return {
    band,
    counts,
    ...(recall ? { recall } : {}),
    ...(precision ? { precision } : {}),
    passes: [recall, precision].every((each) => each === undefined || each.p <= alpha),
  };
}

function evidence(
  aim: number,
  { successes, n }: { successes: number; n: number },
  confidence: number,
): Evidence {
  const misses = n - successes + 1;
  return {
    aim,
    successes,
    n,
    bound: successes === 0 ? 0 : betaQuantile(1 - confidence, successes, misses),
    // P(Binomial(n, aim) >= successes), as the regularised incomplete beta function.
    p: successes === 0 ? 1 : betaCdf(aim, successes, misses),
  };
}

/**
 * Tests bands in an order that was fixed before the rows were looked at, until the first that does
 * not pass. Whatever the bands, with the confidence given all that pass keep the promise: each is
 * tested at the full level, as a sequence of that kind allows.
 *
 * @see Angelopoulos, Bates, Candès, Jordan and Lei, Learn then Test (2021), arXiv:2110.01052
 * @returns those that passed in their order, and the one that did not, if there was one
 */
export function testInOrder(
  rows: readonly CascadeRow[],
  bands: readonly Band[],
  settings: { aim: Aim; confidence: number; rules: CascadeRules },
): { readonly passed: readonly Tested[]; readonly failed: Tested | undefined } {
  const passed: Tested[] = [];
  for (const band of bands) {
    const tested = testBand(rows, band, settings);
    if (!tested.passes) return { passed, failed: tested };
    passed.push(tested);
  }
  return { passed, failed: undefined };
}

/** More rows than this are not worth naming. */
const MOST_ROWS = 10_000_000;

/**
 * About how many rows of the kind, all in all, would show the aim at the rate that was found.
 *
 * @returns null where the rate is not above the aim, so that no number of rows will do
 */
export function rowsToShow({ aim, successes, n }: Evidence, confidence: number): number | null {
  const rate = n === 0 ? 0 : successes / n;
  if (rate <= aim) return null;
  const shows = (rows: number) =>
    evidence(aim, { successes: Math.floor(rate * rows), n: rows }, confidence).p <= 1 - confidence;
  let high = Math.max(n, 1);
  while (!shows(high)) {
    high *= 2;
    if (high > MOST_ROWS) return null;
  }
  let low = Math.floor(high / 2);
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (shows(middle)) high = middle;
    else low = middle;
  }
  return high;
}
