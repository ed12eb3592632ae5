/**
 * Clusters of rows with the same counts. Rows of one cluster (one text, one conversation) say
 * little more than one of them does, so that chance draws clusters, not rows. A row that stands
 * alone is a cluster of one.
 */
export interface AlikeClusters {
  /** Rows of one such cluster by cell. */
  readonly cells: readonly number[];
  /** How many such clusters there are. */
  readonly clusters: number;
}

/** Rows of no cell are marked with it. */
export const NO_CELL = -1;

/**
 * Counts each cluster's rows by cell, and puts clusters with the same counts together.
 *
 * @param cellOf - the cell of each row, or {@link NO_CELL}
 * @param clusterOf - the cluster of each row, numbered from 0
 * @param cells - how many there are
 * @returns in an order that does not depend on that of the rows: clusters of one row by their cell
 *   among them, as {@link singly} gives them
 */
export function groupClusters(
  cellOf: ArrayLike<number>,
  clusterOf: ArrayLike<number>,
  cells: number,
): AlikeClusters[] {
  const alone = countAlone(cellOf, clusterOf, cells);
  if (alone) return singly(alone);
  const counts = countByCluster(cellOf, clusterOf, cells);
  const rows = new Array<number>(cells).fill(0);
  const alike = new Map<string, { cells: number[]; clusters: number }>();
  for (let first = 0; first < counts.length; first += cells) {
    let total = 0;
    let filled = 0;
    for (let cell = 0; cell < cells; cell++) {
      const count = counts[first + cell] as number;
      total += count;
      if (count > 0) filled = cell;
    }
    if (total === 0) continue;
    if (total === 1) {
      rows[filled] = (rows[filled] as number) + 1;
      continue;
    }
    const own = counts.subarray(first, first + cells);
    const key = own.join();
    const group = alike.get(key) ?? { cells: [...own], clusters: 0 };
    group.clusters += 1;
    alike.set(key, group);
  }
  return [...alike.values(), ...singly(rows)].sort((a, b) => compare(b.cells, a.cells));
}

/** Rows by cell; undefined where two of them are in one cluster. */
function countAlone(
  cellOf: ArrayLike<number>,
  clusterOf: ArrayLike<number>,
  cells: number,
): number[] | undefined {
  const isMet = new Uint8Array(countClusters(clusterOf));
  const counts = new Array<number>(cells).fill(0);
  for (let row = 0; row < cellOf.length; row++) {
    const cell = cellOf[row] as number;
    if (cell === NO_CELL) continue;
    const cluster = clusterOf[row] as number;
    if (isMet[cluster] === 1) return undefined;
    isMet[cluster] = 1;
    counts[cell] = (counts[cell] as number) + 1;
  }
  return counts;
}

/** How many clusters rows are of that are numbered from 0, by the highest number among them. */
export function countClusters(clusterOf: ArrayLike<number>): number {
  let count = 0;
  for (let row = 0; row < clusterOf.length; row++) {
    if ((clusterOf[row] as number) >= count) count = (clusterOf[row] as number) + 1;
  }
  return count;
}

/** Rows of each cluster by cell, one cluster after the other. */
function countByCluster(
  cellOf: ArrayLike<number>,
  clusterOf: ArrayLike<number>,
  cells: number,
): Int32Array {
  const counts = new Int32Array(countClusters(clusterOf) * cells);
  for (let row = 0; row < cellOf.length; row++) {
    const cell = cellOf[row] as number;
    if (cell === NO_CELL) continue;
    const place = (clusterOf[row] as number) * cells + cell;
    counts[place] = (counts[place] as number) + 1;
  }
  return counts;
}

function compare(a: readonly number[], b: readonly number[]): number {
  const differing = a.findIndex((count, cell) => count !== b[cell]);
  return differing === -1 ? 0 : (a[differing] as number) - (b[differing] as number);
}

/** Rows that all stand alone. */
export const singly = (cells: readonly number[]): AlikeClusters[] =>
  cells.flatMap((rows, cell) =>
    rows === 0 ? [] : [{ cells: cells.map((_, other) => Number(other === cell)), clusters: rows }],
  );

/** Rows by cell, over all clusters. */
export const sumCells = (alike: readonly AlikeClusters[], cells: number): number[] =>
  Array.from({ length: cells }, (_, cell) =>
    alike.reduce((sum, each) => sum + each.clusters * (each.cells[cell] as number), 0),
  );

/**
 * Numbers the clusters of rows as they come in an order of these.
 *
 * @param clusterOf - by row, from 0. Default: each row stands alone
 * @returns how many there are, and the number of each in that order
 */
export function numberClusters(
  order: Uint32Array,
  clusterOf?: ArrayLike<number>,
): { readonly clusters: number; readonly numbers: Uint32Array } {
  const numbers = new Uint32Array(order.length);
  /** A number and 1; 0 where the cluster has none yet. */
  const known = new Uint32Array(countClusters(clusterOf ?? order));
  let clusters = 0;
  for (let i = 0; i < order.length; i++) {
    const row = order[i] as number;
    const cluster = clusterOf ? (clusterOf[row] as number) : row;
    if (known[cluster] === 0) known[cluster] = ++clusters;
    numbers[i] = (known[cluster] as number) - 1;
  }
  return { clusters, numbers };
}
