import { type PairedCells, pairedCell } from '../metrics/f1-difference.js';
import {
  type AlikeRows,
  countCells,
  differingRows,
  f1DifferenceEffect,
  runsEffect,
} from '../metrics/paired-rows.js';
import { type Labels, NO_LABEL, POSITIVE } from '../rows/labels.js';
import { type ClusterOf, standAlone } from './clusters.js';

/** What two models said of the same rows, and what it is worth. */
export interface WeighedPairs {
  /** Rows by truth and the two labels: {@link countCells}. */
  readonly cells: PairedCells;
  /** What they are worth where they come in clusters. */
  readonly worth: PairedCells;
  /** What the mean over runs leaves of the variance. */
  readonly effect: number;
  readonly differing: ReturnType<typeof differingRows>;
}

/** The rows that have a truth, and both labels in each run of either model. */
export function weighPairs(
  truth: Labels,
  a: readonly Labels[],
  b: readonly Labels[],
  clusterOf: ClusterOf,
): WeighedPairs {
  const [onceA, onceB] = [a, b].map((runs) => (runs.length === 1 ? runs[0] : undefined));
  if (onceA && onceB && standAlone(clusterOf)) {
    const alike = alikeRows(truth, onceA, onceB);
    const cells = countCells(alike);
    return { cells, worth: cells, effect: 1, differing: differingRows(alike, 1) };
  }
  const { rows, places } = pairedRows(truth, a, b);
  const cells = countCells(rows);
  const clusters =
    rows.length < 2
      ? 1
      : f1DifferenceEffect(
          rows,
          cells,
          places.map((row) => clusterOf[row] ?? 0),
        );
  return {
    cells,
    worth: clusters > 1 ? cells.map((count) => count / clusters) : cells,
    effect: runsEffect(rows, cells, Math.max(a.length, b.length)),
    differing: differingRows(rows, commonMultiple(a.length, b.length)),
  };
}

/** Rows by truth and the two labels, numbered by {@link pairedCell}. */
export const countPairs = (truth: Labels, a: Labels, b: Labels): number[] =>
  countCells(alikeRows(truth, a, b));

/** The rows that have a truth and both labels, put together where they are alike. */
function alikeRows(truth: Labels, a: Labels, b: Labels): AlikeRows[] {
  const counts = new Array<number>(8).fill(0);
  for (let row = 0; row < truth.length; row++) {
    const [label, ofA, ofB] = [truth[row] as number, a[row] as number, b[row] as number];
    if (label === NO_LABEL || ofA === NO_LABEL || ofB === NO_LABEL) continue;
    const cell = pairedCell(label === POSITIVE, ofA === POSITIVE, ofB === POSITIVE);
    counts[cell] = (counts[cell] as number) + 1;
  }
  return counts.flatMap((rows, cell) =>
    rows === 0 ? [] : [{ isPositive: cell >= 4, a: (cell >> 1) & 1, b: cell & 1, rows }],
  );
}

/** The rows that have a truth and all labels, and their places. Alike rows are one object. */
function pairedRows(truth: Labels, a: readonly Labels[], b: readonly Labels[]) {
  const rows: AlikeRows[] = [];
  const places: number[] = [];
  const alike: AlikeRows[] = [];
  const kinds = (a.length + 1) * (b.length + 1);
  truth.forEach((label, row) => {
    if (label === NO_LABEL || !isAnswered(a, row) || !isAnswered(b, row)) return;
    const [ofA, ofB] = [calledIn(a, row), calledIn(b, row)];
    const kind = label * kinds + ofA * (b.length + 1) + ofB;
    alike[kind] ??= {
      isPositive: label === POSITIVE,
      a: ofA / a.length,
      b: ofB / b.length,
      rows: 1,
    };
    rows.push(alike[kind]);
    places.push(row);
  });
  return { rows, places };
}

/** Whether each run has a label for a row. */
export const isAnswered = (runs: readonly Labels[], row: number) =>
  runs.every((labels) => labels[row] !== NO_LABEL);

/** How many of the runs call a row positive. */
const calledIn = (runs: readonly Labels[], row: number) =>
  runs.reduce((sum, labels) => sum + Number(labels[row] === POSITIVE), 0);

const commonMultiple = (a: number, b: number) => (a * b) / commonDivisor(a, b);
const commonDivisor = (a: number, b: number): number => (b === 0 ? a : commonDivisor(b, a % b));
