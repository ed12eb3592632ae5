/** A class label: text, or a number. One report holds one kind, as in scikit-learn. */
export type Label = string | number;

/** What happened to one class, in rows. */
export interface ClassCounts {
  /** Rows of this class that were predicted as this class. */
  readonly truePositives: number;
  /** Rows predicted as this class. */
  readonly predicted: number;
  /** Rows that are of this class. */
  readonly support: number;
}

const NO_ROWS: ClassCounts = { truePositives: 0, predicted: 0, support: 0 };

/**
 * Counts true positives, predictions and support of every class in one pass.
 *
 * @param yTrue - the true label of each row
 * @param yPred - the predicted label of each row, in the same order
 * @returns the counts by label, for every label that occurs on either side
 * @throws RangeError when the two lengths differ
 */
export function countByClass(
  yTrue: readonly Label[],
  yPred: readonly Label[],
): Map<Label, ClassCounts> {
  if (yTrue.length !== yPred.length) {
    throw new RangeError(
      `yTrue and yPred must be of one length, but have ${yTrue.length} and ${yPred.length} rows`,
    );
  }
  const counts = new Map<Label, { truePositives: number; predicted: number; support: number }>();
  const of = (label: Label) => {
    const count = counts.get(label) ?? { ...NO_ROWS };
    counts.set(label, count);
    return count;
  };
  yTrue.forEach((truth, row) => {
    const prediction = yPred[row] as Label;
    of(truth).support += 1;
    of(prediction).predicted += 1;
    if (truth === prediction) of(truth).truePositives += 1;
  });
  return counts;
}

/** The counts of each wanted label, zeros for one that never occurs. */
export function selectClasses(
  counts: ReadonlyMap<Label, ClassCounts>,
  labels: readonly Label[],
): ClassCounts[] {
  return labels.map((label) => counts.get(label) ?? NO_ROWS);
}

/**
 * Refuses numbers that are no classes, such as scores, in the words of scikit-learn 1.2.1.
 *
 * @throws TypeError when a label of either side is not a whole number
 */
export function refuseContinuous(yTrue: readonly Label[], yPred: readonly Label[]): void {
  refuseNotFinite(yTrue, 'y_true');
  refuseNotFinite(yPred, 'y_pred');
  const [truth, said] = [targetOf(yTrue), targetOf(yPred)];
  if (truth !== 'continuous' && said !== 'continuous') return;
  throw new TypeError(
    truth === said
      ? 'continuous is not supported'
      : `Classification metrics can't handle a mix of ${truth} and ${said} targets`,
  );
}

function refuseNotFinite(labels: readonly Label[], name: string): void {
  if (labels.some(Number.isNaN)) throw new TypeError(`Input ${name} contains NaN.`);
  if (!labels.some((label) => typeof label === 'number' && !Number.isFinite(label))) return;
  throw new TypeError(`Input ${name} contains infinity or a value too large for dtype('float64').`);
}

/** Scikit-learn's kinds of targets. */
function targetOf(labels: readonly Label[]): 'binary' | 'multiclass' | 'continuous' {
  const isFraction = (label: Label) => typeof label === 'number' && !Number.isInteger(label);
  if (labels.some(isFraction)) return 'continuous';
  return new Set(labels).size <= 2 ? 'binary' : 'multiclass';
}

/**
 * Sorts labels as scikit-learn's `unique_labels` does: numbers by value, text by code point.
 *
 * @throws TypeError when text and numbers are mixed
 */
export function sortLabels(labels: Iterable<Label>): Label[] {
  const unique = [...new Set(labels)];
  const numbers = unique.filter((label) => typeof label === 'number');
  if (numbers.length === unique.length) return numbers.sort((a, b) => a - b);
  if (numbers.length > 0) {
    throw new TypeError(
      `labels mix text and numbers, such as ${JSON.stringify(unique.slice(0, 4))}`,
    );
  }
  return (unique as string[]).sort(compareCodePoints);
}

/** JavaScript compares UTF-16 units, which puts U+1F600 before U+FF5E; Python does not. */
function compareCodePoints(a: string, b: string): number {
  const left = Array.from(a, codePoint);
  const right = Array.from(b, codePoint);
  const shorter = Math.min(left.length, right.length);
  for (let i = 0; i < shorter; i++) {
    const difference = (left[i] as number) - (right[i] as number);
    if (difference !== 0) return difference;
  }
  return left.length - right.length;
}

const codePoint = (character: string) => character.codePointAt(0) as number;
