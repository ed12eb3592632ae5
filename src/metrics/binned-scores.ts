import type { RandomGenerator } from 'pure-rand/types/RandomGenerator';
import type { BootstrapOptions, Resampling } from './bootstrap.js';
import { numberClusters } from './clusters.js';
import type { RankedRows, Weights } from './ranking.js';
import { drawBelow, drawMultinomial, seededRandom, shuffled } from './sampling.js';

/** Above so many rows a bootstrap draws how many fall into bins of scores, not the rows themselves. */
export const MANY_ROWS = 20_000;

/** Groups of clusters that the jackknife leaves out. */
export const GROUPS = 400;

/** Rows by bins of neighbouring scores: a cell is a bin's rows of one truth. */
export interface BinnedRows {
  /** A cell each, ranked as rows are, with the mean score of its rows. */
  readonly cells: RankedRows;
  /** How many rows are in each cell. */
  readonly counts: Weights;
  /** The cell of each row, in the order in which the rows were given to be ranked. */
  readonly cellOf: Uint32Array;
}

/**
 * Puts ranked rows into bins, none of which begins within a score. A bin is closed where it holds a
 * `bins`th of the rows or of the positive ones, so that there are at most twice as many, and the top
 * scores, where the positive rows are, are told apart more finely.
 */
export function binRows(rows: RankedRows, bins: number): BinnedRows {
  const { positive, last } = rows;
  const most = positive.length / bins;
  const mostPositive = positive.reduce((sum, each) => sum + each, 0) / bins;
  const binOf = new Uint32Array(positive.length);
  let bin = 0;
  let [held, heldPositive] = [0, 0];
  for (let i = 0; i < positive.length; i++) {
    binOf[i] = bin;
    held += 1;
    heldPositive += positive[i] as number;
    if (last[i] !== 1 || (held < most && (heldPositive === 0 || heldPositive < mostPositive)))
      continue;
    bin += 1;
    [held, heldPositive] = [0, 0];
  }
  return cellsOf(rows, binOf);
}

function cellsOf({ scores, positive, row }: RankedRows, binOf: Uint32Array): BinnedRows {
  const cells = 2 * ((binOf.at(-1) ?? -1) + 1);
  const counts = new Uint32Array(cells);
  const sums = new Float64Array(cells);
  const cellOf = new Uint32Array(row.length);
  for (let i = 0; i < row.length; i++) {
    const cell = 2 * (binOf[i] as number) + (positive[i] as number);
    counts[cell] = (counts[cell] as number) + 1;
    sums[cell] = (sums[cell] as number) + (scores[i] as number);
    cellOf[row[i] as number] = cell;
  }
  const isPositive = (_: unknown, cell: number) => cell % 2;
  return {
    cells: {
      scores: sums.map((sum, cell) => sum / Math.max(1, counts[cell] as number)),
      positive: new Uint8Array(cells).map(isPositive),
      last: new Uint8Array(cells).map(isPositive),
      row: new Uint32Array(cells).map((__, cell) => cell),
    },
    counts,
    cellOf,
  };
}

/** Rows by their cells, numbered from 0, and by their clusters. */
export interface RowsByCell {
  /** How many there are. */
  readonly cells: number;
  readonly cellOf: Uint32Array;
  /** Default: each row stands alone. */
  readonly clusterOf: ArrayLike<number> | undefined;
  /** In which the rows are gone through, so that the order in which they were given is nothing. */
  readonly order: Uint32Array;
}

/**
 * Figures of many draws of clusters, and of all clusters but one of 400 random groups. Clusters with
 * the same rows by cell are alike, and how many of them are drawn is drawn at once.
 *
 * @param figuresOf - the figures of so many rows by cell; always as many
 */
export function resampleCells(
  rows: RowsByCell,
  figuresOf: (counts: Weights) => readonly number[],
  { resamples, seed }: Pick<BootstrapOptions, 'resamples' | 'seed'>,
): Resampling[] {
  const random = seededRandom(seed);
  const clusters = clustersOf(rows);
  const kinds = kindsOf(clusters);
  const weights = kinds.map(({ members }) => members.length);
  const drawn = kinds.map(() => 0);
  const counts = new Uint32Array(rows.cells);
  const resampled = Array.from({ length: resamples }, () => {
    drawMultinomial(random, clusters.length, weights, drawn);
    counts.fill(0);
    kinds.forEach((kind, i) => {
      drawKind(kind, drawn[i] as number, { random, clusters, counts });
    });
    return figuresOf(counts);
  });
  const leftOut = groupCounts(clusters, counts.length, random).map((others) => figuresOf(others));
  return (leftOut[0] ?? []).map((_, i) => ({
    resampled: Float64Array.from(resampled, (figures) => figures[i] as number),
    leftOut: leftOut.map((figures) => ({ rows: 1, value: figures[i] as number })),
  }));
}

/** The cells of each cluster's rows, one cluster after the other. */
interface Clusters {
  readonly length: number;
  /** Where each begins, and where the last ends. */
  readonly starts: Uint32Array;
  readonly cells: Uint32Array;
}

function clustersOf({ cellOf, clusterOf, order }: RowsByCell): Clusters {
  const { clusters, numbers: own } = numberClusters(order, clusterOf);
  const starts = new Uint32Array(clusters + 1);
  for (let i = 0; i < own.length; i++) {
    const number = own[i] as number;
    starts[number + 1] = (starts[number + 1] as number) + 1;
  }
  for (let i = 1; i < starts.length; i++) {
    starts[i] = (starts[i] as number) + (starts[i - 1] as number);
  }
  const next = starts.slice();
  const cells = new Uint32Array(own.length);
  for (let i = 0; i < own.length; i++) {
    const number = own[i] as number;
    const place = next[number] as number;
    cells[place] = cellOf[order[i] as number] as number;
    next[number] = place + 1;
  }
  return { length: clusters, starts, cells };
}

/** Clusters that are alike; or, in one kind of their own, all of those that hardly another is like. */
interface Kind {
  readonly members: readonly number[];
  readonly areAlike: boolean;
}

/** From so many on it takes less time to draw their number than to draw each. */
const MANY_ALIKE = 8;

function kindsOf({ length, starts, cells }: Clusters): Kind[] {
  const alike = new Map<number | string, number[]>();
  for (let cluster = 0; cluster < length; cluster++) {
    const own = cells.subarray(starts[cluster], starts[cluster + 1]);
    const key = own.length === 1 ? (own[0] as number) : own.toSorted().join();
    const members = alike.get(key);
    if (members) members.push(cluster);
    else alike.set(key, [cluster]);
  }
  const all = [...alike.values()];
  const few = all.filter(({ length: members }) => members < MANY_ALIKE).flat();
  const many = all.filter(({ length: members }) => members >= MANY_ALIKE);
  return [
    ...many.map((members) => ({ members, areAlike: true })),
    ...(few.length > 0 ? [{ members: few, areAlike: false }] : []),
  ];
}

/** Adds the rows of so many clusters of a kind. */
function drawKind(
  { members, areAlike }: Kind,
  drawn: number,
  into: {
    readonly random: RandomGenerator;
    readonly clusters: Clusters;
    readonly counts: Weights;
  },
): void {
  const { random, clusters, counts } = into;
  if (areAlike) addCluster(counts, clusters, members[0] as number, drawn);
  else {
    for (let i = 0; i < drawn; i++) {
      addCluster(counts, clusters, members[drawBelow(random, members.length)] as number, 1);
    }
  }
}

function addCluster(
  counts: Weights,
  { starts, cells }: Clusters,
  cluster: number,
  times: number,
): void {
  for (let i = starts[cluster] as number; i < (starts[cluster + 1] as number); i++) {
    const cell = cells[i] as number;
    counts[cell] = (counts[cell] as number) + times;
  }
}

/** The rows by cell without each of the groups into which the clusters are dealt at random. */
function groupCounts(clusters: Clusters, cells: number, random: RandomGenerator): Weights[] {
  const groups = Array.from({ length: GROUPS }, () => new Uint32Array(cells));
  const whole = new Uint32Array(cells);
  shuffled(clusters.length, random).forEach((cluster, i) => {
    addCluster(groups[i % GROUPS] as Uint32Array, clusters, cluster, 1);
    addCluster(whole, clusters, cluster, 1);
  });
  return groups.map((group) => group.map((own, cell) => (whole[cell] as number) - own));
}
