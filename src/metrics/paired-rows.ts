import { clusterSizes, designEffect, sizeEffect } from './design-effect.js';
import {
  influenceOn,
  type PairedCells,
  pairedCell,
  type RowsByDifference,
  squaredInfluence,
} from './f1-difference.js';

/** Rows of one truth that two models, a and b, call positive in the same shares of their runs. */
export interface AlikeRows {
  readonly isPositive: boolean;
  /** The share of its runs in which a calls such a row positive: 0 or 1 where it was asked once. */
  readonly a: number;
  readonly b: number;
  readonly rows: number;
}

/**
 * Rows by cell, numbered by {@link pairedCell}. Of a row that a calls positive in 2 of 3 runs and b in
 * 1, a third is called so by both, a third by a alone, and a third by neither: the models differ by
 * what their means differ, and the F1 of either is that of its mean counts.
 */
export function countCells(all: readonly AlikeRows[]): number[] {
  const cells = new Array<number>(8).fill(0);
  for (const { isPositive, a, b, rows } of all) {
    const put = (aSays: boolean, bSays: boolean, share: number) => {
      const cell = pairedCell(isPositive, aSays, bSays);
      cells[cell] = (cells[cell] as number) + rows * share;
    };
    put(true, true, Math.min(a, b));
    put(true, false, Math.max(0, a - b));
    put(false, true, Math.max(0, b - a));
    put(false, false, 1 - Math.max(a, b));
  }
  return cells;
}

/**
 * The variance of the F1 difference beside what it would be if each cell held whole rows: a row's
 * runs are one cluster, and their mean varies less than one of them does.
 *
 * @param cells - {@link countCells} of the rows
 * @param runs - of the model that was asked more often: a row's mean is worth so many rows at most
 * @returns from 1 / runs to 1; 1 where the models do not differ
 */
export function runsEffect(all: readonly AlikeRows[], cells: PairedCells, runs: number): number {
  const ofCells = squaredInfluence(cells);
  if (runs === 1 || ofCells === 0) return 1;
  const influence = influenceOn(cells);
  const ofRows = all.reduce(
    (sum, { isPositive, a, b, rows }) => sum + rows * influence(isPositive, a, b) ** 2,
    0,
  );
  return Math.min(1, Math.max(1 / runs, ofRows / ofCells));
}

/**
 * The design effect of the difference of two models' positive F1 where rows come in clusters. To widen
 * what is computed of the eight cells, divide each of them by it: the standard error grows by its
 * root, and the rows that differ become as few as they are worth.
 *
 * @param rows - one by one
 * @param cells - {@link countCells} of them
 * @param clusterOf - the cluster of each row, numbered from 0
 * @returns 1 or more; where the models do not differ, that of clusters whose rows are all alike
 */
export function f1DifferenceEffect(
  rows: readonly AlikeRows[],
  cells: PairedCells,
  clusterOf: ArrayLike<number>,
): number {
  const influence = influenceOn(cells);
  const effect = designEffect(
    rows.map(({ isPositive, a, b }) => influence(isPositive, a, b)),
    clusterOf,
  );
  return Number.isNaN(effect) ? sizeEffect(clusterSizes(clusterOf)) : effect;
}

/**
 * The rows of either truth by how much the models differ on them, for the permutation test.
 *
 * @param unit - a common multiple of the numbers of runs of the two models
 */
export function differingRows(
  all: readonly AlikeRows[],
  unit: number,
): { readonly positive: RowsByDifference; readonly others: RowsByDifference } {
  const of = (isWanted: boolean) => {
    const byDifference = new Array<number>(unit + 1).fill(0);
    for (const { isPositive, a, b, rows } of all) {
      if (isPositive !== isWanted) continue;
      const difference = Math.round(Math.abs(a - b) * unit);
      byDifference[difference] = (byDifference[difference] as number) + rows;
    }
    return byDifference;
  };
  return { positive: of(true), others: of(false) };
}
