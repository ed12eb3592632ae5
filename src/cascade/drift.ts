import { fisherExact } from '../metrics/fisher.js';
import { kolmogorovSmirnov } from '../metrics/kolmogorov-smirnov.js';
import { placeOf } from './packed-scores.js';

/** What a cascade saw of rows: the student's scores, and how many went to the teacher. */
export interface Seen {
  readonly scores: ArrayLike<number>;
  readonly escalated: number;
}

/** How rows differ from those that a cascade was calibrated on. */
export interface Drift {
  /** Shares of rows that go to the teacher, then and now. */
  readonly calibrated: number;
  readonly share: number;
  /** Of Fisher's exact test of the two shares. */
  readonly shareP: number;
  /** The largest distance between the two distributions of scores, and its p-value. */
  readonly distance: number;
  readonly scoresP: number;
  readonly differs: boolean;
}

/** With fewer rows no difference can be shown. */
const FEWEST_ROWS = 30;

/** Of both tests together: a warning that is wrong once in a hundred runs is still read. */
const ALPHA = 0.01;

/** @returns null where there are too few rows to tell */
export function driftOf(calibration: Seen, now: Seen): Drift | null {
  const [rows, before] = [now.scores.length, calibration.scores.length];
  if (rows < FEWEST_ROWS || before < FEWEST_ROWS) return null;
  const shareP = fisherExact(
    { hits: now.escalated, rows },
    { hits: calibration.escalated, rows: before },
  );
  const { distance, p: scoresP } = kolmogorovSmirnov(
    Array.from(now.scores, placeOf),
    Array.from(calibration.scores, placeOf),
  );
  return {
    calibrated: calibration.escalated / before,
    share: now.escalated / rows,
    shareP,
    distance,
    scoresP,
    differs: Math.min(shareP, scoresP) < ALPHA / 2,
  };
}
