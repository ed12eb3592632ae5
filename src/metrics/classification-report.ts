import { formatFixed } from '../format.js';
import {
  type ClassCounts,
  countByClass,
  type Label,
  refuseContinuous,
  selectClasses,
  sortLabels,
} from './confusion.js';
import { pairwiseSum } from './numbers.js';

/** Precision, recall and F1 of one class or of one average, with the rows behind them. */
export interface Scores {
  readonly precision: number;
  readonly recall: number;
  readonly 'f1-score': number;
  readonly support: number;
}

/** What `outputDict: true` returns: scores by class and by average; `accuracy` is a number. */
export type ReportDict = Record<string, Scores | number>;

export interface ReportOptions {
  /** The classes to report, in this order. Default: all that occur, sorted. */
  readonly labels?: readonly Label[];
  /** Names to print in place of the labels, in the order of `labels`. */
  readonly targetNames?: readonly string[];
  /** Decimals in the text, 0 to 98. Default 2. The dict is never rounded. */
  readonly digits?: number;
  /** What a ratio over no rows is worth. Default 0, as scikit-learn's `'warn'`. */
  readonly zeroDivision?: 0 | 1 | 'warn';
}

/**
 * Scikit-learn's `classification_report`, equal to release 1.2.1 byte for byte.
 *
 * Per class, with the counts of {@link ClassCounts}: precision = TP / predicted,
 * recall = TP / support, F1 = 2PR / (P + R). `macro avg` is the plain mean over the classes,
 * `weighted avg` the mean weighted by support. The micro average is called `accuracy` when the
 * reported classes are exactly those that occur.
 *
 * @param yTrue - the true label of each row
 * @param yPred - the predicted label of each row, in the same order
 * @returns the table as text, or with `outputDict: true` the unrounded figures
 * @throws RangeError when the lengths differ, when there is no class to report, when `digits` is
 *   not a whole number from 0 to 98, or when `targetNames` does not name every class found
 * @throws TypeError when text and numeric labels are mixed, or a number is not a whole one
 * @see https://github.com/scikit-learn/scikit-learn/blob/1.2.1/sklearn/metrics/_classification.py
 */
export function classificationReport(
  yTrue: readonly Label[],
  yPred: readonly Label[],
  options: ReportOptions & { readonly outputDict: true },
): ReportDict;
export function classificationReport(
  yTrue: readonly Label[],
  yPred: readonly Label[],
  options?: ReportOptions & { readonly outputDict?: false },
): string;
export function classificationReport(
  yTrue: readonly Label[],
  yPred: readonly Label[],
  options: ReportOptions & { readonly outputDict?: boolean } = {},
): string | ReportDict {
  const counts = countByClass(yTrue, yPred);
  refuseContinuous(yTrue, yPred);
  const report = computeReport(counts, options);
  return options.outputDict ? toDict(report) : toText(report, options.digits ?? 2);
}

/** The same as text, of counts of the classes that occur. */
export const reportOfCounts = (counts: ReadonlyMap<Label, ClassCounts>): string =>
  toText(computeReport(counts, {}), 2);

interface Row {
  readonly name: string;
  readonly scores: Scores;
}

interface Report {
  readonly classes: readonly Row[];
  readonly averages: readonly Row[];
  /** Scikit-learn 1.2 prints supports as floats (`3.0`) when no row at all is correct. */
  readonly floatSupport: boolean;
}

function computeReport(
  counts: ReadonlyMap<Label, ClassCounts>,
  { labels: given, targetNames, zeroDivision }: ReportOptions,
): Report {
  const present = sortLabels(counts.keys());
  const labels = given ?? present;
  const names = nameClasses(labels, targetNames, given !== undefined);

  const ratioOverNothing = zeroDivision === 1 ? 1 : 0;
  const selected = selectClasses(counts, labels);
  const scores = selected.map((count) => scoreClass(count, ratioOverNothing));
  const isAccuracy = given === undefined || sameSet(given, present);
  const support = sum(selected, 'support');
  const average = (name: string, values: Omit<Scores, 'support'>): Row => ({
    name,
    scores: { ...values, support },
  });

  return {
    classes: names.flatMap((name, i) => (scores[i] ? [{ name, scores: scores[i] }] : [])),
    averages: [
      average(isAccuracy ? 'accuracy' : 'micro avg', microAverage(selected, ratioOverNothing)),
      average('macro avg', macroAverage(scores)),
      average('weighted avg', weightedAverage(scores, selected, ratioOverNothing)),
    ],
    floatSupport: [...counts.values()].every((count) => count.truePositives === 0),
  };
}

function nameClasses(
  labels: readonly Label[],
  targetNames: readonly string[] | undefined,
  labelsGiven: boolean,
): readonly string[] {
  if (targetNames && targetNames.length !== labels.length && !labelsGiven) {
    throw new RangeError(
      `targetNames has ${targetNames.length} names for ${labels.length} classes: name them all, or choose classes with labels`,
    );
  }
  const names = targetNames ?? labels.map(String);
  if (names.length === 0)
    throw new RangeError('there is no class to report: yTrue and labels are empty');
  return names;
}

function scoreClass(counts: ClassCounts, ratioOverNothing: number): Scores {
  const ratio = (part: number, whole: number) => (whole === 0 ? ratioOverNothing : part / whole);
  const precision = ratio(counts.truePositives, counts.predicted);
  const recall = ratio(counts.truePositives, counts.support);
  const f1 = (2 * precision * recall) / (precision + recall || 1);
  return { precision, recall, 'f1-score': f1, support: counts.support };
}

function microAverage(counts: readonly ClassCounts[], ratioOverNothing: number): Scores {
  const total = {
    truePositives: sum(counts, 'truePositives'),
    predicted: sum(counts, 'predicted'),
    support: sum(counts, 'support'),
  };
  return scoreClass(total, ratioOverNothing);
}

type Metric = 'precision' | 'recall' | 'f1-score';

function eachMetric(value: (metric: Metric) => number): Record<Metric, number> {
  return { precision: value('precision'), recall: value('recall'), 'f1-score': value('f1-score') };
}

function macroAverage(scores: readonly Scores[]): Record<Metric, number> {
  return eachMetric((metric) => pairwiseSum(scores.map((score) => score[metric])) / scores.length);
}

function weightedAverage(
  scores: readonly Scores[],
  counts: readonly ClassCounts[],
  ratioOverNothing: number,
): Record<Metric, number> {
  const rows = sum(counts, 'support');
  if (rows > 0) {
    return eachMetric(
      (metric) => pairwiseSum(scores.map((score) => score[metric] * score.support)) / rows,
    );
  }
  const anyPredicted = sum(counts, 'predicted') > 0;
  const precisionAndF1 = anyPredicted ? 0 : ratioOverNothing;
  return { precision: precisionAndF1, recall: ratioOverNothing, 'f1-score': precisionAndF1 };
}

function toDict({ classes, averages }: Report): ReportDict {
  const dict = new Map<string, Scores | number>();
  for (const { name, scores } of [...classes, ...averages]) dict.set(name, scores);
  const accuracy = dict.get('accuracy');
  if (typeof accuracy === 'object') dict.set('accuracy', accuracy.precision);
  return Object.fromEntries(dict);
}

function toText({ classes, averages, floatSupport }: Report, digits: number): string {
  if (!Number.isInteger(digits) || digits < 0 || digits > 98) {
    throw new RangeError(`digits must be a whole number from 0 to 98, not ${digits}`);
  }
  const longest = Math.max(...classes.map(({ name }) => codePoints(name)));
  const width = Math.max(longest, 'weighted avg'.length, digits);
  const line = (name: string, cells: readonly string[]) =>
    `${padLeft(name, width)} ${cells.map((cell) => ` ${cell.padStart(9)}`).join('')}\n`;
  const row = ({ name, scores }: Row) => {
    const { precision, recall, 'f1-score': f1, support } = scores;
    const isAccuracy = name === 'accuracy' && averages[0]?.scores === scores;
    const figures = isAccuracy
      ? ['', '', formatFixed(f1, digits)]
      : [precision, recall, f1].map((figure) => formatFixed(figure, digits));
    return line(name, [...figures, floatSupport ? support.toFixed(1) : String(support)]);
  };
  const header = line('', ['precision', 'recall', 'f1-score', 'support']);
  return `${header}\n${classes.map(row).join('')}\n${averages.map(row).join('')}`;
}

const codePoints = (text: string) => Array.from(text).length;

const padLeft = (text: string, width: number) =>
  ' '.repeat(Math.max(0, width - codePoints(text))) + text;

const sum = (counts: readonly ClassCounts[], key: keyof ClassCounts) =>
  counts.reduce((total, count) => total + count[key], 0);

function sameSet(a: readonly Label[], b: readonly Label[]): boolean {
  const left = new Set(a);
  return left.size === new Set(b).size && b.every((label) => left.has(label));
}
