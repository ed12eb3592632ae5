import { type Counts, total } from '../metrics/binary.js';
import { type BootstrapOptions, drawsFor } from '../metrics/bootstrap.js';
import type { Estimated } from '../metrics/intervals.js';
import { atPrevalence } from '../metrics/prevalence.js';
import { type DrawnRows, weightedRates } from '../metrics/weighted-rates.js';
import { type Labels, NO_LABEL, POSITIVE } from '../rows/labels.js';
import { defined } from './figures.js';
import type { Figure } from './report/figures.js';
import type { ModelResult } from './report/model.js';

/**
 * What a model would come to where another share of texts is positive: see {@link atPrevalence}.
 *
 * @returns null where the rows do not tell: none is positive, or all are
 */
export function prevalenceFigures(
  counts: Counts,
  prevalence: number,
  { resamples, confidence, seed }: BootstrapOptions,
): NonNullable<ModelResult['at_prevalence']> | null {
  const found = atPrevalence(counts, prevalence, { draws: drawsFor(resamples), confidence, seed });
  if (!found) return null;
  const n = total(counts);
  return {
    prevalence,
    precision: jeffreysFigure(found.precision, n),
    f1: jeffreysFigure(found.f1, n),
    alarms_per_1000: jeffreysFigure(found.alarmsPer1000, n),
  };
}

/** Rows with what is true of them, what was said, and with which probability they were drawn. */
export interface WeightedRows {
  readonly truth: Labels;
  readonly said: Labels;
  readonly probabilities: Float64Array;
}

/**
 * What a model comes to in what its rows were drawn from with unequal probabilities, or where another
 * share of that is positive: see {@link weightedRates}.
 *
 * @returns null where the rows do not tell: none is positive, or all are
 */
export function weightedFigures(
  rows: WeightedRows,
  prevalence: number | undefined,
  { resamples, confidence, seed }: BootstrapOptions,
): NonNullable<ModelResult['at_prevalence']> | null {
  const drawn = drawnRows(rows);
  const found = weightedRates(drawn, prevalence, { draws: drawsFor(resamples), confidence, seed });
  if (!found) return null;
  const n = drawn.reduce((sum, { rows }) => sum + rows, 0);
  return {
    prevalence: prevalence ?? found.share.value,
    share: jeffreysFigure(found.share, n),
    precision: jeffreysFigure(found.precision, n),
    recall: jeffreysFigure(found.recall, n),
    f1: jeffreysFigure(found.f1, n),
    alarms_per_1000: jeffreysFigure(found.alarmsPer1000, n),
  };
}

/** The rows with a truth and a label, by cell and probability. */
function drawnRows({ truth, said, probabilities }: WeightedRows): DrawnRows[] {
  const drawn = new Map<string, { -readonly [K in keyof DrawnRows]: DrawnRows[K] }>();
  truth.forEach((label, row) => {
    if (label === NO_LABEL || said[row] === NO_LABEL) return;
    const isCalled = said[row] === POSITIVE;
    const cell = label === POSITIVE ? (isCalled ? 'tp' : 'fn') : isCalled ? 'fp' : 'tn';
    const probability = probabilities[row] as number;
    const key = `${cell} ${probability}`;
    const group = drawn.get(key) ?? { cell, probability, rows: 0 };
    group.rows += 1;
    drawn.set(key, group);
  });
  // In one order whatever that of the rows, for sums go by it.
  return [...drawn.keys()].sort().flatMap((key) => drawn.get(key) ?? []);
}

/** Precision is not defined for a model that called nothing positive, and has no interval then. */
const jeffreysFigure = ({ value, interval: { low, high } }: Estimated, n: number): Figure => ({
  value: defined(value),
  low: defined(low),
  high: defined(high),
  n,
  interval: Number.isNaN(value) ? null : 'jeffreys',
});
