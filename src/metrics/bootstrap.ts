import { type AlikeClusters, sumCells } from './clusters.js';
import { acceleration, bca, type Interval, type LeaveOneOut } from './intervals.js';
import { drawMultinomial, seededRandom } from './sampling.js';

export interface BootstrapOptions {
  /** How many resamples to draw. None make no interval. */
  readonly resamples: number;
  /** Such as 0.95. */
  readonly confidence: number;
  readonly seed: number;
}

/** Draws of posteriors, which take no time that anybody could save by having no resamples. */
export const drawsFor = (resamples: number) => (resamples === 0 ? 2_000 : resamples);

/** A figure that depends on nothing but how many rows fall into each cell. */
export type CellStatistic = (cells: readonly number[]) => number;

export interface Estimate {
  /** NaN where the figure is not defined. */
  readonly value: number;
  readonly interval: Interval | null;
}

/** One figure, resampled and left out. */
export interface Resampling {
  /** The figure of each resample, in the order drawn. */
  readonly resampled: Float64Array;
  readonly leftOut: readonly LeaveOneOut[];
}

/**
 * BCa bootstrap of figures that are functions of cell counts. To resample clusters with replacement
 * is to draw how many there are of each kind from a multinomial distribution, so no row is ever
 * touched: the cost does not grow with n. The acceleration is that of the full jackknife, since
 * leaving out one cluster gives only as many different tables as there are kinds.
 *
 * @param cells - how many there are
 * @param statistics - all see the same resamples
 */
export function bcaOfClusters(
  alike: readonly AlikeClusters[],
  cells: number,
  statistics: readonly CellStatistic[],
  options: BootstrapOptions,
): Estimate[] {
  const resampled = resampleClusters(alike, cells, statistics, options);
  const whole = sumCells(alike, cells);
  return statistics.map((statistic, i) => {
    const value = statistic(whole);
    const a = acceleration(leaveOneClusterOut(alike, whole, statistic));
    return { value, interval: bca(value, resampled[i] as Float64Array, a, options.confidence) };
  });
}

/** The figures of each resample, one array a statistic, in the order drawn. */
function resampleClusters(
  alike: readonly AlikeClusters[],
  cells: number,
  statistics: readonly CellStatistic[],
  { resamples, seed }: Pick<BootstrapOptions, 'resamples' | 'seed'>,
): Float64Array[] {
  const random = seededRandom(seed);
  const weights = alike.map(({ clusters }) => clusters);
  const clusters = weights.reduce((sum, count) => sum + count, 0);
  const figures = statistics.map(() => new Float64Array(resamples));
  const drawn = alike.map(() => 0);
  const table = new Array<number>(cells).fill(0);
  for (let resample = 0; resample < resamples; resample++) {
    drawMultinomial(random, clusters, weights, drawn);
    fillTable(table, alike, drawn);
    statistics.forEach((statistic, i) => {
      (figures[i] as Float64Array)[resample] = statistic(table);
    });
  }
  return figures;
}

/** The rows by cell of so many clusters of each kind. */
function fillTable(
  table: number[],
  alike: readonly AlikeClusters[],
  drawn: readonly number[],
): void {
  table.fill(0);
  alike.forEach(({ cells }, kind) => {
    const times = drawn[kind] as number;
    if (times === 0) return;
    for (let cell = 0; cell < table.length; cell++) {
      table[cell] = (table[cell] as number) + times * (cells[cell] as number);
    }
  });
}

/** The figure without one cluster, for each kind of them. */
export function leaveOneClusterOut(
  alike: readonly AlikeClusters[],
  whole: readonly number[],
  statistic: CellStatistic,
): LeaveOneOut[] {
  return alike.map(({ cells, clusters }) => ({
    rows: clusters,
    value: statistic(whole.map((rows, cell) => rows - (cells[cell] as number))),
  }));
}
