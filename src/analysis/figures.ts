import {
  balancedAccuracy,
  type Counts,
  type CountsStatistic,
  f1,
  flipped,
  kappa,
  macro,
  mcc,
  precision,
  recall,
  total,
  weighted,
} from '../metrics/binary.js';
import { type BootstrapOptions, bcaOfClusters, type Estimate } from '../metrics/bootstrap.js';
import { sumCells } from '../metrics/clusters.js';
import {
  clusteredWilson,
  type ShareOfClusters,
  shareCorrelation,
} from '../metrics/design-effect.js';
import { type Interval, meanInterval, toF1, wilson } from '../metrics/intervals.js';
import { TABLE_CELLS, type Table } from './clusters.js';
import type { Figure, Figures } from './report/figures.js';

/** A figure as a report holds it: null where it is not defined. */
export const defined = (value: number) => (Number.isNaN(value) ? null : value);

/** A share of rows that stand alone, with Wilson's interval. */
export const proportion = (successes: number, n: number, confidence: number): Figure =>
  figure(successes / n, n, wilson(successes, n, confidence), 'wilson');

/** A resampled figure with its BCa interval. */
export const resampledFigure = ({ value, interval }: Estimate, n: number): Figure =>
  figure(value, n, interval, 'bca');

/** A figure without an interval. */
export const plainFigure = (value: number, n: number): Figure => figure(value, n, null, null);

/** A figure, its rows, and an interval if it has one. */
export function figure(
  value: number,
  n: number,
  interval: Interval | null,
  kind: Figure['interval'],
): Figure {
  return {
    value: defined(value),
    low: interval?.low ?? null,
    high: interval?.high ?? null,
    n,
    interval: interval ? kind : null,
  };
}

const countsIn = ([tp = 0, fp = 0, fn = 0, tn = 0]: readonly number[]): Counts => ({
  tp,
  fp,
  fn,
  tn,
});

/** The rows of a table by cell, over all its clusters. */
export const countsOf = (table: Table): Counts => countsIn(sumCells(table, TABLE_CELLS));

/** BCa estimates of figures of one two-by-two table, by name; all from the same resamples. */
export function estimateAll<Name extends string>(
  table: Table,
  statistics: Readonly<Record<Name, CountsStatistic>>,
  options: BootstrapOptions,
): Record<Name, Estimate> {
  const names = Object.keys(statistics) as Name[];
  const estimates = bcaOfClusters(
    table,
    TABLE_CELLS,
    names.map((name) => (cells: readonly number[]) => statistics[name](countsIn(cells))),
    options,
  );
  return Object.fromEntries(names.map((name, i) => [name, estimates[i]])) as Record<Name, Estimate>;
}

const RESAMPLED = {
  macroPrecision: macro(precision),
  macroF1: macro(f1),
  weightedPrecision: weighted(precision),
  weightedF1: weighted(f1),
  mcc,
  kappa,
};

/** The figures of labels beside their truth, without those that need scores. */
export function figuresOf(table: Table, options: BootstrapOptions): Figures {
  const { confidence } = options;
  const estimates = estimateAll(table, RESAMPLED, options);
  const accuracy = accuracyFigure(table, confidence);
  const resampled = (name: keyof typeof RESAMPLED) => resampledFigure(estimates[name], accuracy.n);
  const balanced = balancedFigure(table, confidence);
  return {
    positive: classFigures(table, confidence),
    negative: classFigures(turned(table), confidence),
    accuracy,
    macro: {
      precision: resampled('macroPrecision'),
      // The mean recall of the classes is balanced accuracy by another name.
      recall: balanced,
      f1: resampled('macroF1'),
    },
    // Recall weighted by support is accuracy by another name.
    weighted: {
      precision: resampled('weightedPrecision'),
      recall: accuracy,
      f1: resampled('weightedF1'),
    },
    balanced_accuracy: balanced,
    mcc: resampled('mcc'),
    kappa: resampled('kappa'),
  };
}

/** Accuracy and the positive class: what is said of a slice, or of the rows in common. */
export function shortFigures(table: Table, confidence: number) {
  const { precision, recall, f1 } = classFigures(table, confidence);
  return { accuracy: accuracyFigure(table, confidence), precision, recall, f1 };
}

/** The share of rows that are right. */
export const accuracyFigure = (table: Table, confidence: number): Figure =>
  shareFigure(sharesOf(table, ['tp', 'tn'], ['fp', 'fn']), confidence);

/** The same table with `negative` as the positive class. */
const turned = (table: Table): Table =>
  table.map(({ cells: [tp = 0, fp = 0, fn = 0, tn = 0], clusters }) => ({
    cells: [tn, fn, fp, tp],
    clusters,
  }));

function classFigures(table: Table, confidence: number): Figures['positive'] {
  const counts = countsOf(table);
  const hits = sharesOf(table, ['tp'], ['fp', 'fn']);
  return {
    precision: shareFigure(sharesOf(table, ['tp'], ['fp']), confidence),
    recall: shareFigure(sharesOf(table, ['tp'], ['fn']), confidence),
    // F1 = 2s / (1 + s) of the share s = TP / (TP + FP + FN).
    f1: figure(f1(counts), total(counts), toF1(clusteredWilson(hits, confidence)), 'wilson'),
    support: counts.tp + counts.fn,
  };
}

/** The mean of the recalls of both classes; their intervals are put together. */
function balancedFigure(table: Table, confidence: number): Figure {
  const counts = countsOf(table);
  const [found, passed] = [sharesOf(table, ['tp'], ['fn']), sharesOf(table, ['tn'], ['fp'])];
  const [positive, others] = [found, passed].map((shares) => clusteredWilson(shares, confidence));
  const interval =
    positive && others
      ? meanInterval(
          { value: recall(counts), interval: positive },
          { value: recall(flipped(counts)), interval: others },
          shareCorrelation(found, passed),
        )
      : null;
  return figure(balancedAccuracy(counts), total(counts), interval, 'mover');
}

function shareFigure(shares: readonly ShareOfClusters[], confidence: number): Figure {
  const over = (of: (share: ShareOfClusters) => number) =>
    shares.reduce((sum, share) => sum + share.clusters * of(share), 0);
  const n = over(({ rows }) => rows);
  return figure(over(({ hits }) => hits) / n, n, clusteredWilson(shares, confidence), 'wilson');
}

/** By kind of cluster, the rows of some cells among those of them and of others. */
function sharesOf(
  table: Table,
  hits: readonly (keyof Counts)[],
  misses: readonly (keyof Counts)[],
): ShareOfClusters[] {
  return table.map(({ cells, clusters }) => {
    const counts = countsIn(cells);
    const rowsOf = (names: readonly (keyof Counts)[]) =>
      names.reduce((sum, name) => sum + counts[name], 0);
    return { hits: rowsOf(hits), rows: rowsOf(hits) + rowsOf(misses), clusters };
  });
}
