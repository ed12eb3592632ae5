import { logGamma, normalQuantile } from './distributions.js';
import type { Interval } from './intervals.js';

/**
 * Rows by truth and by what two models, a and b, said of them: 4 for a positive row, plus 2 where a
 * calls it positive, plus 1 where b does.
 */
export type PairedCells = readonly number[];

/** The cell of one row. */
export const pairedCell = (isPositive: boolean, aSaysPositive: boolean, bSaysPositive: boolean) =>
  (isPositive ? 4 : 0) + (aSaysPositive ? 2 : 0) + (bSaysPositive ? 1 : 0);

/** The cells of the rows on which the models differ. */
const CHANGED = [1, 2, 5, 6];

/** The positive F1 of a less that of b, with what chance makes of it. */
export interface F1Difference {
  /** NaN where one of the two is not defined. */
  readonly value: number;
  /** Of the difference; defined for any cells. */
  readonly standardError: number;
  /** Defined for any cells, and about a point that lies a little nearer to 0. */
  readonly interval: Interval;
}

/**
 * The positive F1 of a less that of b on the same rows, with its delta-method interval. Half a row is
 * added to each of the four cells in which the models differ, so that it is defined however few
 * rows there are.
 *
 * @param confidence - of both sides together, such as 0.95
 * @see D. G. Bonett and R. M. Price, Adjusted Wald confidence interval for a difference of
 *   binomial proportions based on paired data, J. Educ. Behav. Stat. 37, 2012
 */
export function f1Difference(cells: PairedCells, confidence: number): F1Difference {
  const counts = withAdded(cells, 0.5);
  const standardError = standardErrorOf(counts);
  const half = normalQuantile((1 + confidence) / 2) * standardError;
  const centre = differenceOf(counts);
  return {
    value: differenceOf(cells),
    standardError,
    interval: { low: centre - half, high: centre + half },
  };
}

/**
 * The least that the positive F1 of a less that of b may be, one-sided, by the delta method with the
 * normal quantile. A whole row is added to each cell in which the models differ: what passes a gate
 * must not owe it to having few rows.
 *
 * @param confidence - of the one side, such as 0.95
 */
export function f1DifferenceBound(cells: PairedCells, confidence: number): number {
  const counts = withAdded(cells, 1);
  return differenceOf(counts) - normalQuantile(confidence) * standardErrorOf(counts);
}

/** Whether two one-sided bounds, each at this confidence, put the difference within the margin. */
export const isWithinMargin = (cells: PairedCells, confidence: number, margin: number): boolean =>
  f1DifferenceBound(cells, confidence) > -margin &&
  f1DifferenceBound(swapped(cells), confidence) > -margin;

/** The same rows with a in the place of b. */
const swapped = (cells: PairedCells) => [0, 2, 1, 3, 4, 6, 5, 7].map((cell) => cells[cell] ?? 0);

const withAdded = (cells: PairedCells, added: number) =>
  cells.map((count, cell) => (CHANGED.includes(cell) ? count + added : count));

/** What one model's F1 is made of: 2 hits / (its positive calls + the positive rows). */
function partsOf(cells: PairedCells, model: 2 | 1) {
  let hits = 0;
  let total = 0;
  cells.forEach((count, cell) => {
    const isPositive = (cell & 4) !== 0;
    const isCalled = (cell & model) !== 0;
    if (isPositive && isCalled) hits += count;
    total += count * (Number(isPositive) + Number(isCalled));
  });
  return { total, f1: (2 * hits) / total };
}

const differenceOf = (cells: PairedCells) => partsOf(cells, 2).f1 - partsOf(cells, 1).f1;

/** By the delta method for multinomial counts; F1 does not change when all counts are scaled. */
function standardErrorOf(cells: PairedCells): number {
  const [a, b] = [partsOf(cells, 2), partsOf(cells, 1)];
  const slope = ({ f1, total }: typeof a, isPositive: boolean, isCalled: boolean) =>
    (2 * Number(isPositive && isCalled) - f1 * (Number(isPositive) + Number(isCalled))) / total;
  const variance = cells.reduce((sum, count, cell) => {
    const isPositive = (cell & 4) !== 0;
    const slopes = slope(a, isPositive, (cell & 2) !== 0) - slope(b, isPositive, (cell & 1) !== 0);
    return sum + count * slopes * slopes;
  }, 0);
  return Math.sqrt(variance);
}

/** Beyond so many rows that differ a side, the far ends of the binomials hold nothing. */
const DEVIATIONS = 9;

/**
 * The exact permutation test of two models' positive F1: the share of all ways to swap the two on the
 * rows where they differ that set them at least as far apart as they are. Swaps of positive and of
 * other rows are two binomials of one half, so that they are summed, not drawn. An F1 of no rows
 * counts as 0.
 *
 * @returns the two-sided p-value; 1 where they do not differ
 * @see E. W. Noreen, Computer-Intensive Methods for Testing Hypotheses, 1989
 * @see A. Yeh, More accurate tests for the statistical significance of result differences, COLING 2000
 */
export function f1PermutationP(cells: PairedCells): number {
  const at = (cell: number) => cells[cell] ?? 0;
  const positive = at(4) + at(5) + at(6) + at(7);
  const [hits, misses] = [at(5) + at(6), at(1) + at(2)];
  const f1 = (isFound: number, isWrong: number) => {
    const found = at(7) + isFound;
    const total = found + at(3) + isWrong + positive;
    return total === 0 ? 0 : (2 * found) / total;
  };
  const distance = (found: number, wrong: number) =>
    Math.abs(f1(found, wrong) - f1(hits - found, misses - wrong));
  const seen = distance(at(6), at(2)) - 1e-12;
  let p = 0;
  for (const [found, chance] of fairBinomial(hits)) {
    for (const [wrong, other] of fairBinomial(misses)) {
      if (distance(found, wrong) >= seen) p += chance * other;
    }
  }
  return Math.min(1, p);
}

/** The outcomes of n fair coins with their probabilities, those that are too rare to count left out. */
function fairBinomial(n: number): [count: number, probability: number][] {
  const reach = Math.ceil((DEVIATIONS * Math.sqrt(n)) / 2) + 1;
  const first = Math.max(0, Math.floor(n / 2) - reach);
  const last = Math.min(n, Math.ceil(n / 2) + reach);
  return Array.from({ length: last - first + 1 }, (_, i) => {
    const k = first + i;
    const log = logGamma(n + 1) - logGamma(k + 1) - logGamma(n - k + 1) - n * Math.LN2;
    return [k, Math.exp(log)];
  });
}

/** 95% two-sided and 80% power: the quantiles of .975 and of .8. */
const DETECTED_IN_STANDARD_ERRORS = 1.959964 + 0.841621;
/** A one-sided gate at 95% that is passed with 80% power. */
const GATED_IN_STANDARD_ERRORS = 1.644854 + 0.841621;

/**
 * The smallest true difference that a run of this kind would find in 80 of 100 repetitions.
 *
 * @see D. Card et al., With Little Power Comes Great Responsibility, EMNLP 2020
 */
export const detectableDifference = (standardError: number): number =>
  DETECTED_IN_STANDARD_ERRORS * standardError;

/**
 * How many rows like these a gate needs, so that a model which is no worse passes it in 80 of 100
 * repetitions.
 *
 * @param margin - by how much the figure may be lower
 * @see E. Miller, Adding Error Bars to Evals, arXiv:2411.00640, 2024
 */
export const rowsForMargin = (rows: number, standardError: number, margin: number): number =>
  Math.ceil(rows * ((GATED_IN_STANDARD_ERRORS * standardError) / margin) ** 2);
