import { logGamma, normalQuantile } from './distributions.js';
import type { Interval } from './intervals.js';

/**
 * Rows by truth and by what two models, a and b, said of them: 4 for a positive row, plus 2 where a
 * calls it positive, plus 1 where b does. Fractions of rows where a model was asked more than once, and
 * said now one thing and now the other: see {@link countCells}.
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
 * @param runsEffect - what the mean over runs leaves of the variance: see {@link runsEffect}. What is
 *   added are whole rows even so: that runs of few rows agree is no proof that they always do.
 * @see D. G. Bonett and R. M. Price, Adjusted Wald confidence interval for a difference of
 *   binomial proportions based on paired data, J. Educ. Behav. Stat. 37, 2012
 */
export function f1Difference(cells: PairedCells, confidence: number, runsEffect = 1): F1Difference {
  const counts = withAdded(cells, 0.5);
  const standardError = standardErrorOf(counts) * Math.sqrt(runsEffect);
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
 * @param runsEffect - as in {@link f1Difference}
 */
export function f1DifferenceBound(cells: PairedCells, confidence: number, runsEffect = 1): number {
  const counts = withAdded(cells, 1);
  const standardError = standardErrorOf(counts) * Math.sqrt(runsEffect);
  return differenceOf(counts) - normalQuantile(confidence) * standardError;
}

/** Whether two one-sided bounds, each at this confidence, put the difference within the margin. */
export const isWithinMargin = (
  cells: PairedCells,
  confidence: number,
  margin: number,
  runsEffect = 1,
): boolean =>
  f1DifferenceBound(cells, confidence, runsEffect) > -margin &&
  f1DifferenceBound(swapped(cells), confidence, runsEffect) > -margin;

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

/** How much a row adds to a figure: by its truth, and by how often it is called positive by a and by b. */
export type Influence = (isPositive: boolean, a: number, b: number) => number;

/**
 * How the F1 of a less that of b changes with the weight of a row, F1 being
 * 2 hits / (called + positive); 0 where there is no F1.
 */
export function influenceOn(cells: PairedCells): Influence {
  const [ofA, ofB] = [partsOf(cells, 2), partsOf(cells, 1)];
  const own = ({ f1, total }: typeof ofA, isPositive: number, called: number) =>
    total === 0 ? 0 : (2 * isPositive * called - f1 * (isPositive + called)) / total;
  return (isPositive, a, b) => own(ofA, Number(isPositive), a) - own(ofB, Number(isPositive), b);
}

/** The sum of the squared influences of single answers. F1 does not change when all are scaled. */
export function squaredInfluence(cells: PairedCells): number {
  const influence = influenceOn(cells);
  return cells.reduce(
    (sum, count, cell) =>
      sum + count * influence((cell & 4) !== 0, Number((cell & 2) !== 0), cell & 1) ** 2,
    0,
  );
}

/** By the delta method for multinomial counts. */
const standardErrorOf = (cells: PairedCells) => Math.sqrt(squaredInfluence(cells));

/** Beyond so many rows that differ a side, the far ends of the binomials hold nothing. */
const DEVIATIONS = 9;

/**
 * By how much two models differ on rows of one kind: at place k, the rows on which they differ by
 * k / (length - 1) of a row. With one run each, those on which they agree and those on which not.
 */
export type RowsByDifference = readonly number[];

/**
 * The exact permutation test of two models' positive F1: the share of all ways to swap the two on the
 * rows where they differ that set them at least as far apart as they are. All runs of a row are
 * swapped together. Swaps are sums of binomials of one half, of positive and of other rows, so that
 * they are summed, not drawn. An F1 of no rows counts as 0.
 *
 * @param differing - of positive rows and of the others. Default: whole rows, as with one run each
 * @returns the two-sided p-value; 1 where they do not differ
 * @see E. W. Noreen, Computer-Intensive Methods for Testing Hypotheses, 1989
 * @see A. Yeh, More accurate tests for the statistical significance of result differences, COLING 2000
 */
export function f1PermutationP(
  cells: PairedCells,
  differing: { readonly positive: RowsByDifference; readonly others: RowsByDifference } = {
    positive: [0, (cells[5] ?? 0) + (cells[6] ?? 0)],
    others: [0, (cells[1] ?? 0) + (cells[2] ?? 0)],
  },
): number {
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
  const swapped = swapsOf(differing.others);
  for (const [found, chance] of swapsOf(differing.positive)) {
    for (const [wrong, other] of swapped) {
      if (distance(found, wrong) >= seen) p += chance * other;
    }
  }
  return Math.min(1, p);
}

/** What falls to the first model where each row falls to either by a fair coin, with probabilities. */
function swapsOf(rows: RowsByDifference): [sum: number, probability: number][] {
  let sums = new Map([[0, 1]]);
  rows.forEach((count, difference) => {
    if (difference === 0 || count === 0) return;
    const next = new Map<number, number>();
    for (const [tosses, chance] of fairBinomial(count)) {
      for (const [sum, probability] of sums) {
        const reached = sum + tosses * difference;
        next.set(reached, (next.get(reached) ?? 0) + probability * chance);
      }
    }
    sums = next;
  });
  return Array.from(sums, ([sum, probability]) => [sum / (rows.length - 1), probability]);
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
