import { setImmediate as breathe } from 'node:timers/promises';
import { type Calibration, calibrate, fitCalibration } from './calibration.js';
import type { Example } from './examples.js';
import { type Part, pick } from './parts.js';
import {
  averagePrecision,
  bestThreshold,
  brierScore,
  calibrationError,
  type StudentFigures,
  scoreLabels,
} from './ranking.js';

/** Folds of the cross-validation. */
export const FOLDS = 5;

const FOLD_NUMBERS = [...Array(FOLDS).keys()];

/**
 * The log odds of every example by a model that was fitted to the other folds.
 *
 * @param onFit - told after each fold
 * @throws the signal's reason when aborted
 */
export async function outOfFoldLogits<Fitted>(
  part: Part<Fitted>,
  foldOf: readonly number[],
  { signal, onFit }: { signal?: AbortSignal | undefined; onFit?: (() => void) | undefined } = {},
): Promise<number[]> {
  const logits = new Array<number>(foldOf.length).fill(0);
  for (const fold of FOLD_NUMBERS) {
    await breathe(); // A fit holds the process; Ctrl-C and the progress bar get their turn here.
    signal?.throwIfAborted();
    const { inside, outside } = placesOf(foldOf, fold);
    const fitted = part.fit(outside);
    for (const place of inside) logits[place] = part.logit(fitted, place);
    onFit?.();
  }
  return logits;
}

/** How log odds become a score, and a score a label. */
export interface Decision {
  readonly calibration: Calibration;
  /** A text is toxic where its score reaches it. */
  readonly threshold: number;
}

/** Calibration on out-of-fold log odds, and the threshold of the best F1 on the scores it gives. */
export function fitDecision(logits: readonly number[], examples: readonly Example[]): Decision {
  const calibration = fitCalibration(
    logits,
    examples.map(({ target }) => target),
  );
  const scores = logits.map((z) => calibrate(calibration, z));
  const toxic = examples.map((example) => example.toxic);
  return { calibration, threshold: bestThreshold({ scores, toxic }) };
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

/** What a student can do, by rows that had no part in it. */
export function crossValidatedFigures(
  logits: readonly number[],
  examples: readonly Example[],
  foldOf: readonly number[],
): StudentFigures {
  const { scores, called } = judgeOutOfFold(logits, examples, foldOf);
  const toxic = examples.map((example) => example.toxic);
  return {
    ...scoreLabels(called, toxic),
    auprc: averagePrecision({ scores: logits, toxic }),
    brier: brierScore({ scores, toxic }),
    ece: calibrationError({ scores, toxic }),
  };
}

function placesOf(foldOf: readonly number[], fold: number) {
  const places = [...foldOf.keys()];
  return {
    inside: places.filter((place) => foldOf[place] === fold),
    outside: places.filter((place) => foldOf[place] !== fold),
  };
}
