import { binRows, MANY_ROWS, resampleCells } from './binned-scores.js';
import type { BootstrapOptions, Resampling } from './bootstrap.js';
import { clustersByRank, resampleClusters, weigher } from './bootstrap-scores.js';
import { normalCdf, normalQuantile } from './distributions.js';
import { acceleration, bca, biasCorrection, type Interval } from './intervals.js';
import { averagePrecision, onceEach, type RankedRows, type Weights } from './ranking.js';

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
  const value = averagePrecision(a, onceEach(a)) - averagePrecision(b, onceEach(b));
  if (options.resamples === 0) return { value, interval: null, p: 1 };
  const resample = a.row.length > MANY_ROWS ? resampleBins : resampleRows;
  const resampling = resample(a, b, options, clusterOf);
  if (!resampling) return { value, interval: null, p: 1 };
  const { leftOut } = resampling;
  const resampled = resampling.resampled.filter((difference) => !Number.isNaN(difference));
  const acceleratedBy = acceleration(leftOut);
  const interval = bca(value, resampled, acceleratedBy, options.confidence);
  return { value, interval, p: interval ? bcaP(value, resampled, acceleratedBy) : 1 };
}

function resampleRows(
  a: RankedRows,
  b: RankedRows,
  options: BootstrapOptions,
  clusterOf?: ArrayLike<number>,
): Resampling | undefined {
  const { clusters, ofRow } = clustersByRank(a, clusterOf);
  const [weighA, weighB] = [weigher(a, ofRow), weigher(b, ofRow)];
  const differenceOf = (drawn: Weights) => [
    averagePrecision(a, weighA(drawn)) - averagePrecision(b, weighB(drawn)),
  ];
  return resampleClusters(clusters, differenceOf, options)[0];
}

/** Of the rows, and of the positive ones, at most so small a part is in one bin of either model. */
const BINS = 100;

/** By the bins of both models: see `bootstrapScores`. What they make of the difference is taken off. */
function resampleBins(
  a: RankedRows,
  b: RankedRows,
  options: BootstrapOptions,
  clusterOf?: ArrayLike<number>,
): Resampling | undefined {
  const [ofA, ofB] = [binRows(a, BINS), binRows(b, BINS)];
  const pairs = pairCells(ofA.cellOf, ofB.cellOf);
  const [drawnA, drawnB] = [ofA.counts.slice(), ofB.counts.slice()];
  const difference = () =>
    averagePrecision(ofA.cells, drawnA) - averagePrecision(ofB.cells, drawnB);
  const shift = averagePrecision(a, onceEach(a)) - averagePrecision(b, onceEach(b)) - difference();
  const differenceOf = (drawn: Weights) => {
    sumInto(drawnA, pairs.ofA, drawn);
    sumInto(drawnB, pairs.ofB, drawn);
    return [difference() + shift];
  };
  return resampleCells({ ...pairs, clusterOf, order: a.row }, differenceOf, options)[0];
}

/** The pairs of cells that rows are in, numbered as they come; and the cell of each in either model. */
function pairCells(a: Uint32Array, b: Uint32Array) {
  const numbers = new Map<number, number>();
  const [ofA, ofB]: [number[], number[]] = [[], []];
  const most = b.reduce((highest, cell) => Math.max(highest, cell + 1), 0);
  const cellOf = a.map((cellA, row) => {
    const cellB = b[row] as number;
    const pair = cellA * most + cellB;
    const known = numbers.get(pair);
    if (known !== undefined) return known;
    numbers.set(pair, ofA.length);
    ofA.push(cellA);
    ofB.push(cellB);
    return ofA.length - 1;
  });
  return { cells: ofA.length, cellOf, ofA, ofB };
}

function sumInto(sums: Weights, cellOf: readonly number[], counts: Weights): void {
  sums.fill(0);
  for (let pair = 0; pair < counts.length; pair++) {
    const cell = cellOf[pair] as number;
    sums[cell] = (sums[cell] as number) + (counts[pair] as number);
  }
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
