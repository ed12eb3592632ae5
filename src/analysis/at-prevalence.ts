import { type Counts, total } from '../metrics/binary.js';
import type { BootstrapOptions } from '../metrics/bootstrap.js';
import type { Estimated } from '../metrics/intervals.js';
import { atPrevalence } from '../metrics/prevalence.js';
import { defined } from './figures.js';
import type { Figure, ModelResult } from './report.js';

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
  const found = atPrevalence(counts, prevalence, { draws: resamples, confidence, seed });
  if (!found) return null;
  const n = total(counts);
  return {
    prevalence,
    precision: jeffreysFigure(found.precision, n),
    f1: jeffreysFigure(found.f1, n),
    alarms_per_1000: jeffreysFigure(found.alarmsPer1000, n),
  };
}

/** Precision is not defined for a model that called nothing positive, and has no interval then. */
const jeffreysFigure = ({ value, interval: { low, high } }: Estimated, n: number): Figure => ({
  value: defined(value),
  low: defined(low),
  high: defined(high),
  n,
  interval: Number.isNaN(value) ? null : 'jeffreys',
});
