import { tQuantile } from './beta.js';
import { countClusters } from './clusters.js';
import { type Interval, wilson } from './intervals.js';

/** Clusters of which each has so many rows, and so many of them are hits. */
export interface ShareOfClusters {
  readonly hits: number;
  readonly rows: number;
  /** How many such clusters there are. */
  readonly clusters: number;
}

/**
 * Wilson's interval of a share of rows that come in clusters: with the effective size n* = n / deff
 * in place of n, where deff is the variance of the share with clusters beside that without, by
 * linearisation, and at least what {@link sizeEffect} and the likeness of the rows within a cluster
 * make it: of few clusters the former alone is often too small. Student's t with a degree of freedom
 * for each cluster but one takes the place of n - 1 by the factor (t(n - 1) / t(C - 1))^2. Where no
 * variance is to be seen (no hits, or nothing but hits), a cluster is taken to be worth one row.
 *
 * @returns null where there are no rows; {@link wilson} where all clusters have one
 * @see E. L. Korn and B. I. Graubard, Confidence intervals for proportions with small expected
 *   number of positive counts estimated from survey data, Surv. Methodol. 24, 1998
 * @see N. Dean and M. Pagano, Evaluating confidence interval methods for binomial proportions in
 *   clustered surveys, J. Surv. Stat. Methodol. 3, 2015
 */
export function clusteredWilson(
  shares: readonly ShareOfClusters[],
  confidence: number,
): Interval | null {
  const filled = shares.filter(({ rows }) => rows > 0);
  const [hits, rows, clusters] = [
    sum(filled, ({ hits }) => hits),
    sum(filled, ({ rows }) => rows),
    sum(filled, () => 1),
  ];
  if (clusters === rows) return wilson(hits, rows, confidence);
  const size = rows / effectOfShare(filled, hits / rows, confidence);
  return wilson((hits / rows) * size, size, confidence);
}

function effectOfShare(shares: readonly ShareOfClusters[], p: number, confidence: number): number {
  const rows = sum(shares, (share) => share.rows);
  const clusters = sum(shares, () => 1);
  if (p === 0 || p === 1 || clusters < 2) return sizeEffect(shares);
  const squares = sum(shares, (share) => (share.hits - p * share.rows) ** 2);
  const t = (freedom: number) => tQuantile((1 + confidence) / 2, freedom);
  const effect = Math.max(
    effectOf({ squares, clusters }, { squares: rows * p * (1 - p), rows }),
    1 + likeness(shares, p) * (sizeEffect(shares) - 1),
  );
  return effect * (t(clusters - 1) / t(rows - 1)) ** 2;
}

/**
 * The intraclass correlation, from pairs of rows: 1 where those of a cluster are always the same, 0
 * where they are so no more often than any two.
 */
function likeness(shares: readonly ShareOfClusters[], p: number): number {
  const differing = sum(shares, ({ hits, rows }) => 2 * hits * (rows - hits));
  const pairs = sum(shares, ({ rows }) => rows * (rows - 1));
  return Math.max(0, 1 - differing / pairs / (2 * p * (1 - p)));
}

/**
 * The correlation of two shares of the same clusters, by linearisation: 0 where no cluster has rows
 * behind both.
 *
 * @param a - by kind of cluster
 * @param b - the same kinds, in the same order
 */
export function shareCorrelation(
  a: readonly ShareOfClusters[],
  b: readonly ShareOfClusters[],
): number {
  const [ofA, ofB] = [a, b].map(deviations) as [number[], number[]];
  const over = (of: (kind: number) => number) =>
    a.reduce((total, { clusters }, kind) => total + clusters * of(kind), 0);
  const products = over((kind) => (ofA[kind] as number) * (ofB[kind] as number));
  if (products === 0) return 0;
  const squares = [ofA, ofB].map((of) => over((kind) => (of[kind] as number) ** 2));
  return products / Math.sqrt((squares[0] as number) * (squares[1] as number));
}

/** By how many hits each cluster has more than its rows lead one to expect. */
function deviations(shares: readonly ShareOfClusters[]): number[] {
  const p = sum(shares, ({ hits }) => hits) / sum(shares, ({ rows }) => rows);
  return shares.map(({ hits, rows }) => hits - p * rows);
}

/**
 * The design effect of a share where the rows of a cluster are all alike: the mean size of the
 * cluster that a row is in. A model that gives a text one answer makes it so.
 *
 * @see L. Kish, Survey Sampling, 1965, section 5.4
 */
export const sizeEffect = (shares: readonly Pick<ShareOfClusters, 'rows' | 'clusters'>[]): number =>
  sum(shares, ({ rows }) => rows * rows) / sum(shares, ({ rows }) => rows);

/**
 * The design effect of a figure from the influence of each row on it (how the figure changes with
 * the row's weight): the variance of the sums by cluster beside that of single rows.
 *
 * @param influence - by row; they sum to 0
 * @param clusterOf - the cluster of each row, numbered from 0
 * @returns 1 or more; NaN where no row has an influence, or there is one cluster
 */
export function designEffect(influence: ArrayLike<number>, clusterOf: ArrayLike<number>): number {
  const sums = new Float64Array(countClusters(clusterOf)).fill(Number.NaN);
  let squares = 0;
  for (let row = 0; row < influence.length; row++) {
    const own = influence[row] as number;
    const cluster = clusterOf[row] as number;
    const before = sums[cluster] as number;
    sums[cluster] = Number.isNaN(before) ? own : before + own;
    squares += own * own;
  }
  const ofRows = sums.filter((own) => !Number.isNaN(own));
  const ofClusters = ofRows.reduce((total, own) => total + own * own, 0);
  return effectOf(
    { squares: ofClusters, clusters: ofRows.length },
    { squares, rows: influence.length },
  );
}

/** Either variance with the correction of its own number. */
function effectOf(
  byCluster: { squares: number; clusters: number },
  byRow: { squares: number; rows: number },
): number {
  const { clusters } = byCluster;
  const { rows } = byRow;
  const withClusters = (clusters / (clusters - 1)) * byCluster.squares;
  const withRows = (rows / (rows - 1)) * byRow.squares;
  return Math.max(1, withClusters / withRows);
}

const sum = <S extends { readonly clusters: number }>(
  shares: readonly S[],
  of: (share: S) => number,
) => shares.reduce((total, share) => total + share.clusters * of(share), 0);

/** How many clusters there are of each size. */
export function clusterSizes(clusterOf: ArrayLike<number>) {
  const sizes = new Uint32Array(countClusters(clusterOf));
  for (let row = 0; row < clusterOf.length; row++) {
    const cluster = clusterOf[row] as number;
    sizes[cluster] = (sizes[cluster] as number) + 1;
  }
  const clusters: number[] = [];
  for (const size of sizes) clusters[size] = (clusters[size] ?? 0) + 1;
  return clusters.flatMap((count, rows) => (rows === 0 ? [] : [{ rows, clusters: count }]));
}
