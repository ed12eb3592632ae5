import { normalCdf, normalQuantile } from './distributions.js';

/** A confidence interval. It always contains the figure that it belongs to. */
export interface Interval {
  readonly low: number;
  readonly high: number;
}

/**
 * Wilson's score interval for a proportion, without continuity correction.
 *
 * With p = k/n and z the normal quantile of (1 + confidence) / 2:
 * (p + z²/2n ± z √(p(1-p)/n + z²/4n²)) / (1 + z²/n).
 *
 * @param successes - k, of `n` rows
 * @param confidence - such as 0.95
 * @returns null where there are no rows
 * @see E. B. Wilson, J. Am. Stat. Assoc. 22, 1927
 */
export function wilson(successes: number, n: number, confidence: number): Interval | null {
  if (n === 0) return null;
  const p = successes / n;
  const z = normalQuantile((1 + confidence) / 2);
  const scale = 1 + (z * z) / n;
  const centre = (p + (z * z) / (2 * n)) / scale;
  const half = (z / scale) * Math.sqrt((p * (1 - p)) / n + (z * z) / (4 * n * n));
  // At 0 and n successes an end is the point itself, and rounding may put it a hair beyond.
  return {
    low: Math.max(0, Math.min(p, centre - half)),
    high: Math.min(1, Math.max(p, centre + half)),
  };
}

/**
 * The interval of F1 = 2 TP / (2 TP + FP + FN): Wilson's, of the share s = TP / (TP + FP + FN), of
 * which F1 = 2s / (1 + s) is a rising function. It is defined wherever F1 is.
 *
 * @returns null where there is nothing to find and nothing was called positive
 */
export function f1Interval(
  tp: number,
  fp: number,
  fn: number,
  confidence: number,
): Interval | null {
  return toF1(wilson(tp, tp + fp + fn, confidence));
}

/** The interval of F1 from that of the share TP / (TP + FP + FN). */
export function toF1(share: Interval | null): Interval | null {
  const f1 = (s: number) => (2 * s) / (1 + s);
  return share && { low: f1(share.low), high: f1(share.high) };
}

/** A figure with its interval. */
export interface Estimated {
  readonly value: number;
  readonly interval: Interval;
}

/**
 * The interval of the mean of two figures, from theirs: MOVER, the method of variance estimates
 * recovery. Balanced accuracy is the mean of two recalls.
 *
 * @param correlation - of the two figures; 0 where no row has a part in both
 * @see G. Y. Zou and A. Donner, Construction of confidence limits about effect measures, Stat. Med.
 *   27, 2008
 */
export function meanInterval(a: Estimated, b: Estimated, correlation = 0): Interval {
  const mean = (a.value + b.value) / 2;
  const reach = (end: 'low' | 'high') => {
    const [ofA, ofB] = [a.value - a.interval[end], b.value - b.interval[end]];
    return Math.sqrt(Math.max(0, ofA * ofA + ofB * ofB + 2 * correlation * ofA * ofB)) / 2;
  };
  return { low: mean - reach('low'), high: mean + reach('high') };
}

/** A figure left out one row at a time: each value that occurs, and for how many rows. */
export interface LeaveOneOut {
  readonly value: number;
  readonly rows: number;
}

/**
 * The bias-corrected and accelerated bootstrap interval. The ends are the quantiles of the
 * resampled figures at Φ(z0 + (z0 ± z) / (1 - a (z0 ± z))), interpolated linearly.
 *
 * Resamples in which the figure is not defined (NaN) are left out. The interval is widened, where
 * it must be, to contain the point.
 *
 * @param point - the figure of the rows themselves
 * @param resampled - the figure of each resample; it is sorted in place
 * @returns null where the point is not defined, where all resamples are equal, so that they say
 *   nothing of the spread (a model without a mistake), and where the point lies outside of them all
 * @see B. Efron, Better Bootstrap Confidence Intervals, J. Am. Stat. Assoc. 82, 1987
 */
export function bca(
  point: number,
  resampled: Float64Array,
  acceleration: number,
  confidence: number,
): Interval | null {
  const sorted = resampled.sort();
  const defined = sorted.subarray(0, sorted.length - countNaN(sorted));
  if (Number.isNaN(point) || defined.length === 0 || defined[0] === defined.at(-1)) return null;
  const bias = biasCorrection(point, defined);
  if (!Number.isFinite(bias)) return null;
  const z = normalQuantile((1 + confidence) / 2);
  const end = (shifted: number) =>
    quantile(defined, normalCdf(bias + shifted / (1 - acceleration * shifted)));
  return { low: Math.min(point, end(bias - z)), high: Math.max(point, end(bias + z)) };
}

/** z0: the normal quantile of the share of resamples below the point, ties counted half. */
export function biasCorrection(point: number, resampled: Float64Array): number {
  let below = 0;
  for (const value of resampled) below += value < point ? 1 : value === point ? 0.5 : 0;
  return normalQuantile(below / resampled.length);
}

/**
 * The acceleration a = Σ U³ / (6 (Σ U²)^1.5), where U is the mean of the left-out figures less
 * each of them; 0 where they are all equal, rounding aside. Undefined ones are left out.
 */
export function acceleration(leftOut: readonly LeaveOneOut[]): number {
  const defined = leftOut.filter(({ value }) => !Number.isNaN(value));
  const rows = defined.reduce((sum, each) => sum + each.rows, 0);
  const mean = defined.reduce((sum, each) => sum + each.rows * each.value, 0) / rows;
  const moment = (power: number) =>
    defined.reduce((sum, each) => sum + each.rows * (mean - each.value) ** power, 0);
  const squares = moment(2);
  // What rounding leaves of equal figures is no spread.
  return squares > rows * (1e-12 * mean) ** 2 ? moment(3) / (6 * squares ** 1.5) : 0;
}

/** The quantile of sorted values with linear interpolation, NumPy's default. */
export function quantile(sorted: ArrayLike<number>, p: number): number {
  const place = p * (sorted.length - 1);
  const below = Math.floor(place);
  const low = sorted[below] as number;
  const high = sorted[Math.min(below + 1, sorted.length - 1)] as number;
  return low + (place - below) * (high - low);
}

/** Float64Array sorts NaN to the end. */
function countNaN(sorted: Float64Array): number {
  let count = 0;
  while (Number.isNaN(sorted.at(-1 - count))) count += 1;
  return count;
}
