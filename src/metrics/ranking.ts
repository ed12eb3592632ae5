/**
 * Rows with scores, sorted from the highest score down and, within one score, positive rows last. Of
 * rows in this order every figure below is one pass, so that a bootstrap need sort only once.
 */
export interface RankedRows {
  /** P(positive), 0 to 1; for figures of the order alone, anything that rises with it. */
  readonly scores: Float64Array;
  /** 1 for positive. */
  readonly positive: Uint8Array;
  /** 1 on the last row of each score: where a threshold can fall. */
  readonly last: Uint8Array;
  /** The place of each among the rows that were given. */
  readonly row: Uint32Array;
}

/** How often each ranked row counts: once each, or as a resample drew them. */
export type Weights = Uint16Array | Uint32Array;

/** A figure of ranked rows; NaN where it is not defined. */
export type RankedStatistic = (rows: RankedRows, weights: Weights) => number;

export const onceEach = (rows: RankedRows): Uint16Array =>
  new Uint16Array(rows.scores.length).fill(1);

/**
 * Sorts rows by score.
 *
 * @param scores - P(positive) by row, or log odds, none of them NaN
 * @param isPositive - the truth by row, in the same order; 1 and 0 will do
 */
export function rankRows(
  scores: ArrayLike<number>,
  isPositive: ArrayLike<boolean | number>,
): RankedRows {
  const order = orderOf(scores, isPositive);
  const sorted = new Float64Array(order.length);
  const positive = new Uint8Array(order.length);
  for (let i = 0; i < order.length; i++) {
    const row = order[i] as number;
    sorted[i] = scores[row] as number;
    positive[i] = Number(isPositive[row]);
  }
  const last = new Uint8Array(order.length);
  for (let i = 0; i < order.length; i++) last[i] = Number(sorted[i] !== sorted[i + 1]);
  return { scores: sorted, positive, last, row: order };
}

/**
 * The places of rows from the highest score down, within one score positive rows last, as they were
 * given. Numbers sort ten times as fast as places that are compared by them: so the scores are sorted,
 * and each row is dealt to its own.
 */
function orderOf(scores: ArrayLike<number>, isPositive: ArrayLike<boolean | number>): Uint32Array {
  const distinct = distinctOf(scores);
  const pileOf = new Uint32Array(scores.length);
  const next = new Uint32Array(2 * distinct.length + 1);
  for (let row = 0; row < pileOf.length; row++) {
    const fromTop = distinct.length - 1 - placeIn(distinct, scores[row] as number);
    const pile = 2 * fromTop + Number(isPositive[row]);
    pileOf[row] = pile;
    next[pile + 1] = (next[pile + 1] as number) + 1;
  }
  for (let pile = 1; pile < next.length; pile++) {
    next[pile] = (next[pile] as number) + (next[pile - 1] as number);
  }
  const order = new Uint32Array(pileOf.length);
  for (let row = 0; row < pileOf.length; row++) {
    const pile = pileOf[row] as number;
    const place = next[pile] as number;
    order[place] = row;
    next[pile] = place + 1;
  }
  return order;
}

/** The different scores, rising. */
function distinctOf(scores: ArrayLike<number>): Float64Array {
  const sorted = Float64Array.from(scores).sort();
  let count = 0;
  for (let i = 0; i < sorted.length; i++) {
    const score = sorted[i] as number;
    if (count === 0 || score !== sorted[count - 1]) sorted[count++] = score;
  }
  return sorted.subarray(0, count);
}

/** Where a value stands among others that rise: by halving. */
function placeIn(rising: Float64Array, value: number): number {
  let [low, high] = [0, rising.length - 1];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((rising[middle] as number) < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

/**
 * Average precision, the area under the precision-recall curve as scikit-learn sums it:
 * Σ (R_n - R_{n-1}) P_n over the thresholds. Rows of one score enter together.
 *
 * @see https://scikit-learn.org/1.2/modules/generated/sklearn.metrics.average_precision_score.html
 */
export const averagePrecision: RankedStatistic = ({ positive, last }, weights) => {
  let called = 0;
  let hits = 0;
  let hitsBefore = 0;
  let sum = 0;
  for (let i = 0; i < positive.length; i++) {
    const weight = weights[i] as number;
    called += weight;
    hits += weight * (positive[i] as number);
    if (last[i] === 1 && hits > hitsBefore) {
      sum += ((hits - hitsBefore) * hits) / called;
      hitsBefore = hits;
    }
  }
  return sum / hits;
};

/**
 * The area under the ROC curve: how often a positive row scores above one that is not, a tie counting
 * one half.
 *
 * @see J. A. Hanley and B. J. McNeil, Radiology 143, 1982
 */
export const auroc: RankedStatistic = ({ positive, last }, weights) => {
  let called = 0;
  let hits = 0;
  let missesBefore = 0;
  let hitsBefore = 0;
  let lost = 0;
  for (let i = 0; i < positive.length; i++) {
    const weight = weights[i] as number;
    called += weight;
    hits += weight * (positive[i] as number);
    if (last[i] !== 1) continue;
    const misses = called - hits;
    if (hits > hitsBefore) lost += ((hits - hitsBefore) * (missesBefore + misses)) / 2;
    hitsBefore = hits;
    missesBefore = misses;
  }
  const pairs = hits * (called - hits);
  return (pairs - lost) / pairs;
};

/** What calling every row positive whose score reaches `threshold` comes to. */
export interface OperatingPoint {
  readonly threshold: number;
  readonly precision: number;
  readonly recall: number;
}

/**
 * The precision-recall curve, from the highest threshold down: one point for each score at which
 * another positive row is found (between them precision only falls), and the point of all rows.
 *
 * @returns an empty curve where no row is positive
 */
export function precisionRecallCurve(rows: RankedRows): OperatingPoint[] {
  const total = countPositive(rows);
  return total === 0 ? [] : curveSteps(rows).map((step) => operatingPoint(step, total));
}

/**
 * The point of the best F1; of equals the one with the highest threshold.
 *
 * @returns undefined where no row is positive
 */
export function bestF1(rows: RankedRows): OperatingPoint | undefined {
  const total = countPositive(rows);
  const [first, ...others] = curveSteps(rows);
  if (first === undefined || total === 0) return undefined;
  // Of counts, not of precision and recall: their rounding would tell equals apart.
  const f1 = ({ hits, called }: CurveStep) => (2 * hits) / (called + total);
  const best = others.reduce((top, step) => (f1(step) > f1(top) ? step : top), first);
  return operatingPoint(best, total);
}

const countPositive = ({ positive }: RankedRows) => positive.reduce((sum, each) => sum + each, 0);

/** How many rows reach a threshold, and how many of them are positive. */
interface CurveStep {
  readonly threshold: number;
  readonly called: number;
  readonly hits: number;
}

function curveSteps({ scores, positive, last }: RankedRows): CurveStep[] {
  const steps: CurveStep[] = [];
  let hits = 0;
  let hitsBefore = 0;
  for (let i = 0; i < positive.length; i++) {
    hits += positive[i] as number;
    if (last[i] !== 1) continue;
    if (hits > hitsBefore || i === positive.length - 1) {
      steps.push({ threshold: scores[i] as number, called: i + 1, hits });
    }
    hitsBefore = hits;
  }
  return steps;
}

const operatingPoint = ({ threshold, called, hits }: CurveStep, total: number): OperatingPoint => ({
  threshold,
  precision: hits / called,
  recall: hits / total,
});

/** At most `most` (two or more) of the values, evenly spaced, the first and the last among them. */
export function thin<T>(values: readonly T[], most: number): T[] {
  if (values.length <= most) return [...values];
  return Array.from(
    { length: most },
    (_, i) => values[Math.round((i * (values.length - 1)) / (most - 1))] as T,
  );
}

/** The best precision among the thresholds with at least this recall; NaN for an empty curve. */
export function precisionAtRecall(curve: readonly OperatingPoint[], recall: number): number {
  return best(curve.filter((point) => point.recall >= recall).map((point) => point.precision));
}

/** The best recall among the thresholds with at least this precision; 0 where none reaches it. */
export function recallAtPrecision(curve: readonly OperatingPoint[], precision: number): number {
  if (curve.length === 0) return Number.NaN;
  return Math.max(0, best(curve.filter((p) => p.precision >= precision).map((p) => p.recall)) || 0);
}

const best = (values: readonly number[]) =>
  values.reduce((top, value) => (value <= top ? top : value), Number.NaN);
