import { accuracy, type Counts, f1 } from '../metrics/binary.js';
import { defined } from './figures.js';
import type { Confusion, ModelResult } from './report.js';

type Bounds = ModelResult['bounds'];

/**
 * What the unanswered rows could have made of the toxic F1 and of accuracy: the least and the most
 * over every way to label them. Both figures rise with each row that is right and fall with each
 * that is wrong, so that the extremes are all wrong and all right.
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
 * The same where not even the truth of the unanswered rows is known, as for a teacher's, which are
 * not in its file: at worst each is wrong, at best each is toxic and found.
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
