import { logGamma } from './distributions.js';

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

const at = (values: readonly number[], i: number) => values[i] as number;
