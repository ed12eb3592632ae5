import { acceleration, bca, type Interval, type LeaveOneOut } from './intervals.js';
import { drawMultinomial, seededRandom } from './sampling.js';

export interface BootstrapOptions {
  /** How many resamples to draw. */
  readonly resamples: number;
  /** Such as 0.95. */
  readonly confidence: number;
  readonly seed: number;
}

/** A figure that depends on nothing but how many rows fall into each cell. */
export type CellStatistic = (cells: readonly number[]) => number;

export interface Estimate {
  /** NaN where the figure is not defined. */
  readonly value: number;
  readonly interval: Interval | null;
}

/**
 * BCa bootstrap of figures that are functions of cell counts. To resample n rows with replacement
 * is to draw their counts from a multinomial distribution, so no row is ever touched: the cost does
 * not grow with n. The acceleration is that of the full jackknife, since leaving out one row gives
 * only as many different tables as there are cells.
 *
 * @param cells - rows by cell
 * @param statistics - all see the same resamples
 */
export function bcaOfCounts(
  cells: readonly number[],
  statistics: readonly CellStatistic[],
  options: BootstrapOptions,
): Estimate[] {
  const resampled = resampleCounts(cells, statistics, options);
  return statistics.map((statistic, i) => {
    const value = statistic(cells);
    const a = acceleration(leaveOneOut(cells, statistic));
    return { value, interval: bca(value, resampled[i] as Float64Array, a, options.confidence) };
  });
}

/** The figures of each resample, one array a statistic, in the order they were drawn. */
export function resampleCounts(
  cells: readonly number[],
  statistics: readonly CellStatistic[],
  { resamples, seed }: Pick<BootstrapOptions, 'resamples' | 'seed'>,
): Float64Array[] {
  const random = seededRandom(seed);
  const rows = cells.reduce((sum, count) => sum + count, 0);
  const figures = statistics.map(() => new Float64Array(resamples));
  const drawn = cells.map(() => 0);
  for (let resample = 0; resample < resamples; resample++) {
    drawMultinomial(random, rows, cells, drawn);
    statistics.forEach((statistic, i) => {
      (figures[i] as Float64Array)[resample] = statistic(drawn);
    });
  }
  return figures;
}

/** The figure without one row, for each cell that has one to leave out. */
export function leaveOneOut(cells: readonly number[], statistic: CellStatistic): LeaveOneOut[] {
  return cells.flatMap((rows, cell) =>
    rows === 0 ? [] : [{ rows, value: statistic(cells.with(cell, rows - 1)) }],
  );
}
