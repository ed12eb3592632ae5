import type { RowLabel } from '../terms.js';

/** The student's scores at which it is not sure: from `low` on, below `high`. */
export interface Band {
  readonly low: number;
  readonly high: number;
}

/** Who answers a row: the student with a label, or the teacher. */
export const routeOf = (score: number, { low, high }: Band): RowLabel | 'teacher' => {
  if (score < low) return 'negative';
  return score < high ? 'teacher' : 'positive';
};

/** Scores this close to 0 and 1 have finite log odds. */
const NEAREST = 1e-6;

/** Of a distance: scores that are equal fall on one side. */
const SMALLEST = 1e-9;

/** Reaches above every score. */
const ALL_SCORES: Band = { low: 0, high: 2 };

const logOdds = (score: number) => {
  const p = Math.min(Math.max(score, NEAREST), 1 - NEAREST);
  return Math.log(p / (1 - p));
};

const scoreAt = (z: number) => 1 / (1 + Math.exp(-z));

/**
 * How far a score is from the threshold, in log odds. `lean` above 1 makes scores below the
 * threshold nearer than those above it: a band then finds more of what the student would miss.
 */
export function distanceFrom(threshold: number, score: number, lean = 1): number {
  const z = logOdds(score) - logOdds(threshold);
  return z < 0 ? -z / lean : z * lean;
}

/**
 * The band of all scores nearer to the threshold than `width`: see {@link distanceFrom}. Scores that
 * lie beyond the nearest to 0 and 1 are as far as these, and are in the band where these are.
 */
export function bandAround(threshold: number, width: number, lean = 1): Band {
  const z = logOdds(threshold);
  const [low, high] = [scoreAt(z - width * lean), scoreAt(z + width / lean)];
  return {
    low: low <= NEAREST ? ALL_SCORES.low : low,
    high: high > 1 - NEAREST ? ALL_SCORES.high : high,
  };
}

/**
 * The band around the threshold that holds so large a share of scores, or the least more than that
 * where some are equal.
 *
 * @param share - from 0 to 1
 */
export function bandOfShare(
  scores: readonly number[],
  { threshold, share, lean = 1 }: { threshold: number; share: number; lean?: number },
): Band {
  const wanted = Math.round(share * scores.length);
  if (wanted === 0) return { low: threshold, high: threshold };
  if (wanted === scores.length) return ALL_SCORES;
  const distances = Float64Array.from(scores, (score) =>
    distanceFrom(threshold, score, lean),
  ).sort();
  const [last = 0, next = last] = [distances[wanted - 1], distances[wanted]];
  // Halfway to the next score, so that one at the edge does not hang on its last bit.
  return bandAround(threshold, (last + next) / 2 + SMALLEST, lean);
}
