import { type CountsStatistic, f1 } from './binary.js';
import { type BootstrapOptions, leaveOneOut, resampleCounts } from './bootstrap.js';
import { logGamma } from './distributions.js';
import { acceleration, bca, type Interval } from './intervals.js';

/**
 * The exact McNemar test of two models on the same rows: whether the error rates of the two are
 * equal. If they are, a row that only one of them has right is as likely to be either's.
 *
 * p = min(1, 2 P(X ≤ min(b, c))), X binomial with b + c trials of one half.
 *
 * @param onlyA - rows that only the first has right
 * @param onlyB - rows that only the second has right
 * @returns the two-sided p-value; 1 where there are no such rows
 * @see Q. McNemar, Psychometrika 12, 1947
 */
export function mcnemarExact(onlyA: number, onlyB: number): number {
  const n = onlyA + onlyB;
  const fewer = Math.min(onlyA, onlyB);
  if (2 * fewer === n) return 1;
  const logChoose = logGamma(n + 1) - logGamma(fewer + 1) - logGamma(n - fewer + 1);
  let sum = 1;
  let term = 1;
  // Terms relative to the largest, downwards, until they no longer add anything.
  for (let k = fewer; k > 0 && term > sum * Number.EPSILON; k--) {
    term *= k / (n - k + 1);
    sum += term;
  }
  return Math.min(1, 2 * Math.exp(logChoose - n * Math.LN2) * sum);
}

/**
 * Holm's correction of p-values for their number, in the order given: the smallest times m, the
 * next times m - 1 and so on, none below its predecessor or above 1.
 *
 * @see S. Holm, Scand. J. Stat. 6, 1979
 */
export function holm(pValues: readonly number[]): number[] {
  const order = pValues.map((_, i) => i).sort((i, j) => at(pValues, i) - at(pValues, j));
  const corrected = pValues.map(() => 0);
  let floor = 0;
  order.forEach((i, rank) => {
    floor = Math.min(1, Math.max(floor, at(pValues, i) * (pValues.length - rank)));
    corrected[i] = floor;
  });
  return corrected;
}

/** The cell of one row among the eight of {@link pairedF1Difference}. */
export const pairedCell = (isToxic: boolean, aSaysToxic: boolean, bSaysToxic: boolean) =>
  (isToxic ? 4 : 0) + (aSaysToxic ? 2 : 0) + (bSaysToxic ? 1 : 0);

export interface Difference {
  /** NaN where one of the two is not defined. */
  readonly value: number;
  readonly interval: Interval | null;
  /** Two-sided; 1 where the difference is not defined. */
  readonly p: number;
}

/**
 * The toxic F1 of model a less that of model b on the same rows. The rows are resampled in pairs,
 * by their counts. p is twice the smaller share of resamples at or beyond 0, each with one added
 * (so that it is never 0), and at most 1.
 *
 * @param cells - rows by truth, a and b, numbered by {@link pairedCell}
 * @see B. Efron and R. J. Tibshirani, An Introduction to the Bootstrap, 1993, chapter 14
 * @see A. C. Davison and D. V. Hinkley, Bootstrap Methods and their Application, 1997, section 4.2
 */
export function pairedF1Difference(
  cells: readonly number[],
  options: BootstrapOptions,
): Difference {
  const ofF1 = (drawn: readonly number[]) => pairedDifference(drawn, f1);
  const value = ofF1(cells);
  const [resampled = new Float64Array()] = resampleCounts(cells, [ofF1], options);
  const p = Number.isNaN(value) ? 1 : bootstrapP(resampled);
  const a = acceleration(leaveOneOut(cells, ofF1));
  return { value, p, interval: bca(value, resampled, a, options.confidence) };
}

/**
 * A figure of model a less that of model b on the same rows.
 *
 * @param cells - rows by truth, a and b, numbered by {@link pairedCell}
 */
export function pairedDifference(cells: readonly number[], figure: CountsStatistic): number {
  const count = (isToxic: boolean, a: boolean, b: boolean) => at(cells, pairedCell(isToxic, a, b));
  const byA = (isToxic: boolean, a: boolean) => count(isToxic, a, false) + count(isToxic, a, true);
  const byB = (isToxic: boolean, b: boolean) => count(isToxic, false, b) + count(isToxic, true, b);
  const figureOf = (rows: typeof byA) =>
    figure({
      tp: rows(true, true),
      fp: rows(false, true),
      fn: rows(true, false),
      tn: rows(false, false),
    });
  return figureOf(byA) - figureOf(byB);
}

function bootstrapP(resampled: Float64Array): number {
  let below = 0;
  let above = 0;
  let defined = 0;
  for (const difference of resampled) {
    if (difference <= 0) below += 1;
    if (difference >= 0) above += 1;
    if (!Number.isNaN(difference)) defined += 1;
  }
  return Math.min(1, (2 * (Math.min(below, above) + 1)) / (defined + 1));
}

const at = (values: readonly number[], i: number) => values[i] as number;
