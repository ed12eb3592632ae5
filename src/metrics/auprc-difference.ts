import type { BootstrapOptions } from './bootstrap.js';
import { clustersByRank, resampleClusters, weigher } from './bootstrap-scores.js';
import { normalCdf, normalQuantile } from './distributions.js';
import { acceleration, bca, biasCorrection, type Interval } from './intervals.js';
import { averagePrecision, onceEach, type RankedRows } from './ranking.js';

/** The AUPRC of model a less that of b. */
export interface AuprcDifference {
  /** NaN where no row is positive. */
  readonly value: number;
  /** Null where the difference is not defined, or is the same in every resample. */
  readonly interval: Interval | null;
  /** Two-sided; 1 where there is no interval. At p, an interval of confidence 1 - p ends at 0. */
  readonly p: number;
}

/**
 * The difference of two models' average precision on the same rows, with its BCa interval. Clusters
 * of rows are drawn for both models at once, so that what the rows have in common drops out.
 *
 * @param a - the rows, ranked by the scores of the one model
 * @param b - the same rows, given in the same order, ranked by the scores of the other
 * @param clusterOf - the cluster of each row, as they were given. Default: each row stands alone
 * @see B. Efron and R. J. Tibshirani, An Introduction to the Bootstrap, 1993, chapters 14 to 16
 */
export function auprcDifference(
  a: RankedRows,
  b: RankedRows,
  options: BootstrapOptions,
  clusterOf?: ArrayLike<number>,
): AuprcDifference {
  const { clusters, ofRow } = clustersByRank(a, clusterOf);
  const [weighA, weighB] = [weigher(a, ofRow), weigher(b, ofRow)];
  const value = averagePrecision(a, onceEach(a)) - averagePrecision(b, onceEach(b));
  const [resampling] = resampleClusters(
    clusters,
    (drawn) => [averagePrecision(a, weighA(drawn)) - averagePrecision(b, weighB(drawn))],
    options,
  );
  if (!resampling) return { value, interval: null, p: 1 };
  const { leftOut } = resampling;
  const resampled = resampling.resampled.filter((difference) => !Number.isNaN(difference));
  const acceleratedBy = acceleration(leftOut);
  const interval = bca(value, resampled, acceleratedBy, options.confidence);
  return { value, interval, p: interval ? bcaP(value, resampled, acceleratedBy) : 1 };
}

/** The p at which the interval would end at 0: its formula, solved for the level. */
function bcaP(value: number, resampled: Float64Array, acceleratedBy: number): number {
  const bias = biasCorrection(value, resampled);
  const below = biasCorrection(0, resampled);
  // Beyond all resamples lies half a resample.
  const most = -normalQuantile(0.5 / resampled.length);
  const shifted = Math.max(-most, Math.min(most, below)) - bias;
  const z = shifted / (1 + acceleratedBy * shifted) - bias;
  return Math.min(1, 2 * normalCdf(-Math.abs(z)));
}
