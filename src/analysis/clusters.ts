import { type AlikeClusters, countClusters, groupClusters, NO_CELL } from '../metrics/clusters.js';
import { sizeEffect } from '../metrics/design-effect.js';
import { cellOf } from '../records.js';
import { type Labels, NO_LABEL, POSITIVE } from '../rows/labels.js';
import type { RowTable } from '../rows/table.js';

/** The cluster of each row of a file, numbered from 0 as they come. */
export type ClusterOf = Uint32Array;

/**
 * Rows with the same text, normalised, are one cluster; or those with the same value in a column.
 * Rows that have no such value go by their text.
 */
export function clusterRows(rows: RowTable, column: string | null): ClusterOf {
  if (column === null) return rows.textNumbers;
  const numbers = new Map<string, number>();
  const clusterOf = new Uint32Array(rows.length);
  let place = 0;
  for (const row of rows) {
    const value = cellOf(row, column);
    const isMissing = value === undefined || value === null || value === '';
    const key = isMissing ? `text ${rows.textNumbers[place]}` : `value ${JSON.stringify(value)}`;
    const number = numbers.get(key) ?? numbers.size;
    numbers.set(key, number);
    clusterOf[place] = number;
    place += 1;
  }
  return clusterOf;
}

/** Whether no two rows are in one cluster. */
export function standAlone(clusterOf: ClusterOf): boolean {
  const isMet = new Uint8Array(countClusters(clusterOf));
  for (const cluster of clusterOf) {
    if (isMet[cluster] === 1) return false;
    isMet[cluster] = 1;
  }
  return true;
}

/** Clusters of rows by their tables, whose cells are tp, fp, fn and tn in this order. */
export type Table = readonly AlikeClusters[];

export const TABLE_CELLS = 4;

/** The rows that have a label on both sides. */
export function clusteredTable(truth: Labels, said: Labels, clusterOf: ClusterOf): Table {
  const cellOf = truth.map((label, row) => {
    const isSaid = said[row] as number;
    if (label === NO_LABEL || isSaid === NO_LABEL) return NO_CELL;
    if (isSaid === POSITIVE) return label === POSITIVE ? 0 : 1;
    return label === POSITIVE ? 2 : 3;
  });
  return groupClusters(cellOf, clusterOf, TABLE_CELLS);
}

/**
 * How many rows with a positive truth stand for one that stands alone: their design effect where a
 * model gives a cluster one answer. Null where each stands alone.
 */
export function positiveDesignEffect(truth: Labels, clusterOf: ClusterOf): number | null {
  const positive = groupClusters(
    truth.map((label) => (label === POSITIVE ? 0 : NO_CELL)),
    clusterOf,
    1,
  );
  const effect = sizeEffect(
    positive.map(({ cells: [rows = 0], clusters }) => ({ rows, clusters })),
  );
  return effect > 1 ? effect : null;
}
