import { auprcInterval } from '../metrics/auprc-interval.js';
import { type Counts, f1, precision, recall } from '../metrics/binary.js';
import { brier, expectedCalibrationError } from '../metrics/calibration.js';
import { f1Interval } from '../metrics/intervals.js';
import { averagePrecision, bestF1, onceEach, rankRows } from '../metrics/ranking.js';
import { fitCalibration } from './calibration.js';
import type { Example } from './examples.js';
import type { Breathe } from './feature-matrix.js';
import { type Calibration, calibrate } from './fitted-model.js';
import { type Part, pick } from './parts.js';
import type { StudentFigures } from './student-schema.js';

/** Folds of the cross-validation. */
export const FOLDS = 5;

/** Of the intervals. */
const CONFIDENCE = 0.95;

const FOLD_NUMBERS = [...Array(FOLDS).keys()];

/**
 * The log odds of every example by a model that was fitted to the other folds.
 *
 * @param onFit - told after each fold
 * @throws what `breathe` throws
 */
export async function outOfFoldLogits<Fitted>(
  part: Part<Fitted>,
  foldOf: readonly number[],
  { breathe, onFit }: { breathe: Breathe; onFit?: (() => void) | undefined },
): Promise<number[]> {
  const logits = new Array<number>(foldOf.length).fill(0);
  for (const fold of FOLD_NUMBERS) {
    await breathe();
    const { inside, outside } = placesOf(foldOf, fold);
    const fitted = await part.fit(outside, breathe);
    for (const place of inside) logits[place] = part.logit(fitted, place);
    onFit?.();
  }
  return logits;
}

/** How log odds become a score, and a score a label. */
export interface Decision {
  readonly calibration: Calibration;
  /** A text is positive where its score reaches it. */
  readonly threshold: number;
}

/**
 * Calibration on out-of-fold log odds, and the threshold of the best F1 on the scores it gives.
 *
 * @throws RangeError when no example is positive
 */
export function fitDecision(logits: readonly number[], examples: readonly Example[]): Decision {
  const calibration = fitCalibration(
    logits,
    examples.map(({ target }) => target),
  );
  const scores = logits.map((z) => calibrate(calibration, z));
  return { calibration, threshold: bestThreshold(scores, positivesOf(examples)) };
}

/**
 * The threshold of the best F1, halfway to the next lower score (0 below the lowest). The figures
 * of an evaluation take the score itself, which is a point of their curve. A student is given rows
 * that it has not seen, and those that score between the two are as near to the one as to the
 * other.
 *
 * @param scores - P(positive) by row
 * @param positive - the truth by row, in the same order
 * @throws RangeError when no row is positive
 */
export function bestThreshold(scores: readonly number[], positive: readonly boolean[]): number {
  const rows = rankRows(scores, positive);
  const best = bestF1(rows);
  if (best === undefined) throw new RangeError('no row is toxic, so no threshold is the best');
  const below = rows.scores.find((score) => score < best.threshold) ?? 0;
  return (best.threshold + below) / 2;
}

/** What each example is given by a student that it had no part in. */
export interface Judgement {
  readonly scores: readonly number[];
  readonly called: readonly boolean[];
}

/**
 * Judges every example by the others: its log odds are of another fold's fit, and so are the
 * calibration and the threshold that are put to them.
 */
export function judgeOutOfFold(
  logits: readonly number[],
  examples: readonly Example[],
  foldOf: readonly number[],
): Judgement {
  const scores = new Array<number>(logits.length).fill(0);
  const called = new Array<boolean>(logits.length).fill(false);
  for (const fold of FOLD_NUMBERS) {
    const { inside, outside } = placesOf(foldOf, fold);
    const decision = fitDecision(pick(logits, outside), pick(examples, outside));
    for (const place of inside) {
      const score = calibrate(decision.calibration, logits[place] ?? 0);
      scores[place] = score;
      called[place] = score >= decision.threshold;
    }
  }
  return { scores, called };
}

/**
 * What a student can do, by rows that had no part in it. The AUPRC ranks the log odds:
 * the scores of each fold are calibrated by the other folds, so that folds differ in their scale.
 */
export function crossValidatedFigures(
  logits: readonly number[],
  examples: readonly Example[],
  foldOf: readonly number[],
): StudentFigures {
  const { scores, called } = judgeOutOfFold(logits, examples, foldOf);
  const positive = positivesOf(examples);
  const counts = countCalls(called, positive);
  const byLogit = rankRows(logits, positive);
  const byScore = rankRows(scores, positive);
  const once = onceEach(byScore);
  const f1Range = f1Interval(counts.tp, counts.fp, counts.fn, CONFIDENCE);
  const auprc = averagePrecision(byLogit, once);
  const auprcRange = auprcInterval(auprc, counts.tp + counts.fn, CONFIDENCE);
  return {
    precision: precision(counts),
    recall: recall(counts),
    f1: f1(counts),
    auprc,
    brier: brier(byScore, once),
    ece: expectedCalibrationError(byScore, once),
    ...(f1Range ? { f1_interval: f1Range } : {}),
    ...(auprcRange ? { auprc_interval: auprcRange } : {}),
  };
}

/** The two-by-two table of what was called positive. */
export function countCalls(called: readonly boolean[], positive: readonly boolean[]): Counts {
  const count = (isCalled: boolean, isPositive: boolean) =>
    called.filter((call, row) => call === isCalled && positive[row] === isPositive).length;
  return {
    tp: count(true, true),
    fp: count(true, false),
    fn: count(false, true),
    tn: count(false, false),
  };
}

const positivesOf = (examples: readonly Example[]) => examples.map(({ positive }) => positive);

function placesOf(foldOf: readonly number[], fold: number) {
  const places = [...foldOf.keys()];
  return {
    inside: places.filter((place) => foldOf[place] === fold),
    outside: places.filter((place) => foldOf[place] !== fold),
  };
}
