import { accuracy, type Counts, f1 } from '../metrics/binary.js';
import { defined } from './figures.js';
import type { Confusion, ModelResult } from './report.js';

type Bounds = ModelResult['bounds'];

/**
 * The least and the most that the toxic F1 and the accuracy could be if the unanswered rows had been
 * answered. Each correct answer raises both and each wrong one lowers both, so the extremes are all
 * wrong and all correct.
 */
export function boundsOf({ toxic, not_toxic }: Confusion): Bounds {
  const { tp, fp, fn, tn } = {
    tp: toxic.toxic,
    fn: toxic.not_toxic,
    fp: not_toxic.toxic,
    tn: not_toxic.not_toxic,
  };
  return bounds(
    { tp, tn, fn: fn + toxic.unanswered, fp: fp + not_toxic.unanswered },
    { fn, fp, tp: tp + toxic.unanswered, tn: tn + not_toxic.unanswered },
  );
}

/**
 * The same where the truth of the unanswered rows is unknown too, as it is for a teacher, whose
 * unanswered rows are not in the file: at worst each is wrong, at best each is toxic and found.
 */
export function boundsWithoutTruth(counts: Counts, unanswered: number): Bounds {
  return bounds(
    { ...counts, fn: counts.fn + unanswered },
    { ...counts, tp: counts.tp + unanswered },
  );
}

const bounds = (worst: Counts, best: Counts): Bounds => ({
  toxic_f1: { worst: defined(f1(worst)), best: defined(f1(best)) },
  accuracy: { worst: defined(accuracy(worst)), best: defined(accuracy(best)) },
});
