import { z } from 'zod';

/** Scores with the truth of each row: what thresholds and figures are made of. */
export interface Scored {
  readonly scores: readonly number[];
  readonly toxic: readonly boolean[];
}

/** Figures of a student, all on rows that it was not fitted to. */
export const studentFiguresSchema = z.object({
  precision: z.number(),
  recall: z.number(),
  f1: z.number(),
  /** Average precision: the area below the precision-recall curve. */
  auprc: z.number(),
  /** Mean squared error of the score. */
  brier: z.number(),
  /** Expected calibration error over ten equal bins of the score. */
  ece: z.number(),
});
export type StudentFigures = z.infer<typeof studentFiguresSchema>;

/** Rows of equal score, from the highest score down, with all that came before counted in. */
interface Step {
  readonly score: number;
  readonly called: number;
  readonly truePositives: number;
}

function* descend({ scores, toxic }: Scored): Generator<Step> {
  const order = [...scores.keys()].sort((a, b) => (scores[b] ?? 0) - (scores[a] ?? 0));
  let truePositives = 0;
  for (const [place, row] of order.entries()) {
    if (toxic[row]) truePositives += 1;
    const score = scores[row] ?? 0;
    const next = order[place + 1];
    if (next === undefined || scores[next] !== score) {
      yield { score, called: place + 1, truePositives };
    }
  }
}

const countToxic = (toxic: readonly boolean[]) => toxic.filter(Boolean).length;

/**
 * Average precision, sum of (R_n - R_n-1) P_n over the distinct scores, as scikit-learn's
 * average_precision_score has it; 0 where no row is toxic.
 */
export function averagePrecision(scored: Scored): number {
  const positives = countToxic(scored.toxic);
  let found = 0;
  let area = 0;
  for (const { called, truePositives } of descend(scored)) {
    area += ((truePositives - found) / positives) * (truePositives / called);
    found = truePositives;
  }
  return positives === 0 ? 0 : area;
}

/**
 * The score from which rows are called toxic for the best F1, halfway to the next lower score.
 * Of equal ones it is the highest.
 */
export function bestThreshold(scored: Scored): number {
  const positives = countToxic(scored.toxic);
  const steps = [...descend(scored)];
  let best = { f1: -1, threshold: 0.5 };
  steps.forEach(({ score, called, truePositives }, i) => {
    const f1 = (2 * truePositives) / (called + positives);
    const below = steps[i + 1]?.score ?? 0;
    if (f1 > best.f1) best = { f1, threshold: (score + below) / 2 };
  });
  return best.threshold;
}

/** Precision, recall and F1 of the toxic class; 0 where a ratio has nothing below it. */
export function scoreLabels(
  called: readonly boolean[],
  toxic: readonly boolean[],
): Pick<StudentFigures, 'precision' | 'recall' | 'f1'> {
  const hits = called.filter((isCalled, row) => isCalled && toxic[row]).length;
  const calls = countToxic(called);
  const positives = countToxic(toxic);
  return {
    precision: hits / (calls || 1),
    recall: hits / (positives || 1),
    f1: (2 * hits) / (calls + positives || 1),
  };
}

export function brierScore({ scores, toxic }: Scored): number {
  const errors = scores.map((score, row) => score - (toxic[row] ? 1 : 0));
  return errors.reduce((sum, error) => sum + error * error, 0) / (scores.length || 1);
}

const BINS = 10;

/** |mean score - share of toxic rows| over ten equal bins, weighted by their rows. */
export function calibrationError({ scores, toxic }: Scored): number {
  const excess = new Array<number>(BINS).fill(0);
  scores.forEach((score, row) => {
    const bin = Math.min(BINS - 1, Math.floor(score * BINS));
    excess[bin] = (excess[bin] ?? 0) + score - (toxic[row] ? 1 : 0);
  });
  return excess.reduce((sum, gap) => sum + Math.abs(gap), 0) / (scores.length || 1);
}
