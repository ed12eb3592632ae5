import { type PairedCells, pairedCell } from '../metrics/f1-difference.js';
import { type Labels, NO_LABEL, POSITIVE } from '../rows/labels.js';
import type { Verdicts } from '../rows/verdicts.js';
import { countTable } from './outcomes.js';
import { countPairs } from './paired-labels.js';

/** Rows of each class. */
export interface Size {
  readonly positive: number;
  readonly negative: number;
}

/** How often a model is wrong: shares of the positive rows and of the others. */
export interface ErrorRates {
  readonly missed: number;
  readonly falseAlarms: number;
}

/** What a model said of some rows of a file, in their order. */
export interface Pilot {
  readonly verdicts: Verdicts;
  readonly labels: Labels;
}

/** A model worse than a coin on the rows that are negative is not worth planning for. */
const MOST_FALSE_ALARMS = 0.5;

/** The rows with a truth, by class. */
export function sizeOf(truth: Labels): Size {
  const positive = truth.filter((label) => label === POSITIVE).length;
  const without = truth.filter((label) => label === NO_LABEL).length;
  return { positive, negative: truth.length - positive - without };
}

/** The error rates of a model whose precision and recall are both so much. */
export function assumedRates(f1: number, { positive, negative }: Size): ErrorRates {
  const missed = 1 - f1;
  const falseAlarms = negative === 0 ? 0 : (missed * positive) / negative;
  return { missed, falseAlarms: Math.min(falseAlarms, MOST_FALSE_ALARMS) };
}

/**
 * The error rates of a pilot, with half a row added to either side: a few rows without a mistake are
 * no proof that none will follow. Null where it has no label on one of the classes.
 */
export function pilotRates(truth: Labels, { labels }: Pilot, size: Size): ErrorRates | null {
  const errorRate = (kind: number) => {
    const said = labels.filter((label, row) => truth[row] === kind && label !== NO_LABEL);
    const wrong = said.filter((label) => label !== kind).length;
    return { n: said.length, rate: (wrong + 0.5) / (said.length + 1) };
  };
  const [positive, other] = [errorRate(POSITIVE), errorRate(1 - POSITIVE)];
  if (positive.n === 0 || (other.n === 0 && size.negative > 0)) return null;
  return { missed: positive.rate, falseAlarms: other.rate };
}

/** The counts of one model that a pilot leads to expect on all rows. */
export function pilotCounts(truth: Labels, pilot: Pilot, size: Size) {
  const { tp, fp, fn } = countTable(truth, pilot.labels);
  const scale = scaleOf(askedOf(truth, [pilot]), size);
  return { tp: tp * scale.positive, fn: fn * scale.positive, fp: fp * scale.negative };
}

/** The counts of a model that errs so often. */
export function expectedCounts({ missed, falseAlarms }: ErrorRates, { positive, negative }: Size) {
  return { tp: positive * (1 - missed), fn: positive * missed, fp: negative * falseAlarms };
}

/** Rows with a truth, by class, that all of the models were asked. */
export function askedOf(truth: Labels, pilots: readonly Pilot[]): Size {
  return sizeOf(
    truth.map((label, row) =>
      pilots.some(({ verdicts }) => !verdicts.isAsked(row)) ? NO_LABEL : label,
    ),
  );
}

/** By how much a pilot's rows of a class are to be multiplied. */
const scaleOf = (asked: Size, size: Size): Size => ({
  positive: asked.positive === 0 ? 1 : size.positive / asked.positive,
  negative: asked.negative === 0 ? 1 : size.negative / asked.negative,
});

/** The half row that {@link f1Difference} adds to each cell in which the models differ. */
const ADDED = 0.5;
const CHANGED = [1, 2, 5, 6];

/**
 * The cells of two models that a pilot leads to expect on all rows; null where they share no rows of
 * one class. The half row that is added to a pilot's cells is scaled as its rows are: a small pilot in
 * which no row changed is no proof that none will.
 */
export function pilotCells(truth: Labels, [a, b]: readonly [Pilot, Pilot], size: Size) {
  const asked = askedOf(truth, [a, b]);
  if (asked.positive === 0 || (asked.negative === 0 && size.negative > 0)) return null;
  const scale = scaleOf(asked, size);
  const cells = countPairs(truth, a.labels, b.labels).map((count, cell) => {
    const added = CHANGED.includes(cell) ? ADDED : 0;
    return (count + added) * ((cell & 4) === 0 ? scale.negative : scale.positive) - added;
  });
  return { cells, asked: asked.positive + asked.negative };
}

/**
 * The cells to be expected of two models that err so often, their errors correlating so much (phi)
 * within each class, or as much as their rates allow.
 */
export function expectedCells(
  a: ErrorRates,
  b: ErrorRates,
  correlation: number,
  { positive, negative }: Size,
): PairedCells {
  const cells = new Array<number>(8).fill(0);
  const fill = (isPositive: boolean, rows: number, errorA: number, errorB: number) => {
    const spread = Math.sqrt(errorA * (1 - errorA) * errorB * (1 - errorB));
    const both = Math.min(errorA * errorB + correlation * spread, errorA, errorB);
    const put = (aErrs: boolean, bErrs: boolean, share: number) => {
      cells[pairedCell(isPositive, isPositive !== aErrs, isPositive !== bErrs)] = rows * share;
    };
    put(true, true, both);
    put(true, false, errorA - both);
    put(false, true, errorB - both);
    put(false, false, 1 - errorA - errorB + both);
  };
  fill(true, positive, a.missed, b.missed);
  fill(false, negative, a.falseAlarms, b.falseAlarms);
  return cells;
}
