import { accuracy, type Counts, f1 } from '../metrics/binary.js';
import { defined } from './figures.js';
import type { Confusion } from './report/figures.js';
import type { ModelResult } from './report/model.js';

type Bounds = ModelResult['bounds'];

/**
 * The least and the most that the positive F1 and the accuracy could be if the unanswered rows had been
 * answered. Each correct answer raises both and each wrong one lowers both, so the extremes are all
 * wrong and all correct.
 */
export function boundsOf({ positive, negative }: Confusion): Bounds {
  const { tp, fp, fn, tn } = {
    tp: positive.positive,
    fn: positive.negative,
    fp: negative.positive,
    tn: negative.negative,
  };
  return bounds(
    { tp, tn, fn: fn + positive.unanswered, fp: fp + negative.unanswered },
    { fn, fp, tp: tp + positive.unanswered, tn: tn + negative.unanswered },
  );
}

/**
 * The same where the truth of the unanswered rows is unknown too, as it is for a teacher, whose
 * unanswered rows are not in the file: at worst each is wrong, at best each is positive and found.
 */
export function boundsWithoutTruth(counts: Counts, unanswered: number): Bounds {
  return bounds(
    { ...counts, fn: counts.fn + unanswered },
    { ...counts, tp: counts.tp + unanswered },
  );
}

const bounds = (worst: Counts, best: Counts): Bounds => ({
  positive_f1: { worst: defined(f1(worst)), best: defined(f1(best)) },
  accuracy: { worst: defined(accuracy(worst)), best: defined(accuracy(best)) },
});
