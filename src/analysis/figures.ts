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
import {
  type BootstrapOptions,
  bcaOfCounts,
  type CellStatistic,
  type Estimate,
} from '../metrics/bootstrap.js';
import { type Interval, wilson } from '../metrics/intervals.js';
import type { Figure, Figures } from './report.js';

/** A figure as a report holds it: null where it is not defined. */
export const defined = (value: number) => (Number.isNaN(value) ? null : value);

/** A share of rows with Wilson's interval. */
export const proportion = (successes: number, n: number, confidence: number): Figure =>
  figure(successes / n, n, wilson(successes, n, confidence), 'wilson');

/** A resampled figure with its BCa interval. */
export const resampledFigure = ({ value, interval }: Estimate, n: number): Figure =>
  figure(value, n, interval, 'bca');

/** A figure without an interval. */
export const plainFigure = (value: number, n: number): Figure => figure(value, n, null, null);

function figure(
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

/**
 * F1 with its BCa interval. Where every resample says the same (no mistake was made, or nothing
 * was found), the interval is Wilson's of the share TP / (TP + FP + FN), of which
 * F1 = 2s / (1 + s) is a rising function: ten rows without a mistake do not prove perfection.
 */
export function f1Figure(counts: Counts, estimate: Estimate, confidence: number): Figure {
  const n = total(counts);
  if (estimate.interval || Number.isNaN(estimate.value)) return resampledFigure(estimate, n);
  const share = wilson(counts.tp, counts.tp + counts.fp + counts.fn, confidence);
  const toF1 = (s: number) => (2 * s) / (1 + s);
  const interval = share && { low: toF1(share.low), high: toF1(share.high) };
  return figure(estimate.value, n, interval, 'wilson');
}

const onCells =
  (statistic: CountsStatistic): CellStatistic =>
  ([tp = 0, fp = 0, fn = 0, tn = 0]) =>
    statistic({ tp, fp, fn, tn });

/** BCa estimates of figures of one two-by-two table, by name; all from the same resamples. */
export function estimateAll<Name extends string>(
  { tp, fp, fn, tn }: Counts,
  statistics: Readonly<Record<Name, CountsStatistic>>,
  options: BootstrapOptions,
): Record<Name, Estimate> {
  const names = Object.keys(statistics) as Name[];
  const cells = [tp, fp, fn, tn];
  const estimates = bcaOfCounts(
    cells,
    names.map((name) => onCells(statistics[name])),
    options,
  );
  return Object.fromEntries(names.map((name, i) => [name, estimates[i]])) as Record<Name, Estimate>;
}

const RESAMPLED = {
  toxicF1: f1,
  notToxicF1: (counts: Counts) => f1(flipped(counts)),
  macroPrecision: macro(precision),
  macroRecall: macro(recall),
  macroF1: macro(f1),
  weightedPrecision: weighted(precision),
  weightedF1: weighted(f1),
  balancedAccuracy,
  mcc,
  kappa,
};

/** The figures of labels beside their truth, without those that need scores. */
export function figuresOf(counts: Counts, options: BootstrapOptions): Figures {
  const n = total(counts);
  const { confidence } = options;
  const estimates = estimateAll(counts, RESAMPLED, options);
  const resampled = (name: keyof typeof RESAMPLED) => resampledFigure(estimates[name], n);
  const accuracy = proportion(counts.tp + counts.tn, n, confidence);
  return {
    toxic: classFigures(counts, estimates.toxicF1, confidence),
    not_toxic: classFigures(flipped(counts), estimates.notToxicF1, confidence),
    accuracy,
    macro: {
      precision: resampled('macroPrecision'),
      recall: resampled('macroRecall'),
      f1: resampled('macroF1'),
    },
    // Recall weighted by support is accuracy by another name.
    weighted: {
      precision: resampled('weightedPrecision'),
      recall: accuracy,
      f1: resampled('weightedF1'),
    },
    balanced_accuracy: resampled('balancedAccuracy'),
    mcc: resampled('mcc'),
    kappa: resampled('kappa'),
  };
}

function classFigures(counts: Counts, estimate: Estimate, confidence: number): Figures['toxic'] {
  const { tp, fp, fn } = counts;
  return {
    precision: proportion(tp, tp + fp, confidence),
    recall: proportion(tp, tp + fn, confidence),
    f1: f1Figure(counts, estimate, confidence),
    support: tp + fn,
  };
}

/** Accuracy and the toxic class: what is said of a slice, or of the rows in common. */
export function shortFigures(counts: Counts, options: BootstrapOptions) {
  const {
    precision,
    recall,
    f1: figure,
  } = classFigures(counts, estimateAll(counts, { f1 }, options).f1, options.confidence);
  const accuracy = proportion(counts.tp + counts.tn, total(counts), options.confidence);
  return { accuracy, precision, recall, f1: figure };
}
