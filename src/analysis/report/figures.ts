import { z } from 'zod';

/**
 * One figure with its interval, all as fractions unless said otherwise. `value` is null where the
 * figure is not defined (precision where nothing was called positive, say); `low` and `high` are null
 * where it has no interval. A bootstrap gives none where all its resamples agree, as they do where
 * no mistake was made.
 *
 * Intervals: `wilson` of a share of rows, and of F1 by the share TP / (TP + FP + FN); `mover` of the
 * mean of two shares; `bca` of a bootstrap; `wald` of a coefficient; `delta` of a difference of F1;
 * `jeffreys` of draws. All but the last take the clusters of the rows into account.
 */
export const figureSchema = z.object({
  value: z.number().nullable(),
  low: z.number().nullable(),
  high: z.number().nullable(),
  /** The rows behind it: the denominator of a share, all compared rows of a resampled figure. */
  n: z.int().nonnegative(),
  interval: z.enum(['wilson', 'mover', 'bca', 'wald', 'delta', 'jeffreys']).nullable(),
});
export type Figure = z.infer<typeof figureSchema>;

const classFigures = z.object({
  precision: figureSchema,
  recall: figureSchema,
  f1: figureSchema,
  /** True rows of the class. */
  support: z.int().nonnegative(),
});

const averageFigures = z.object({
  precision: figureSchema,
  recall: figureSchema,
  f1: figureSchema,
});

/** Paths into this are what gates name: `positive.f1`, `accuracy`, `macro.recall`, `auprc`. */
export const figuresSchema = z.object({
  positive: classFigures,
  negative: classFigures,
  accuracy: figureSchema,
  macro: averageFigures,
  weighted: averageFigures,
  balanced_accuracy: figureSchema,
  /** Matthews' correlation, -1 to 1. */
  mcc: figureSchema,
  /** Cohen's kappa of the labels with the truth, up to 1. */
  kappa: figureSchema,
  /** From here on only where every answered row with a truth has a score; over those rows. */
  auprc: figureSchema.optional(),
  auroc: figureSchema.optional(),
  /** Mean squared error of the score: lower is better. Only of scores that are probabilities. */
  brier: figureSchema.optional(),
  /**
   * Expected calibration error over ten equal bins: lower is better. Only of scores that are
   * probabilities, and without an interval: it is never below 0, so that resamples lie above it.
   */
  ece: figureSchema.optional(),
  /**
   * The logistic regression of the truth on the log odds of the score: slope 1 and intercept 0
   * where the scores are right. Only of scores that are probabilities.
   */
  calibration: z.object({ slope: figureSchema, intercept: figureSchema }).optional(),
  /** The best of the thresholds, chosen on these very rows: too good, so without an interval. */
  precision_at_recall: z.array(z.object({ at: z.number(), figure: figureSchema })).optional(),
  recall_at_precision: z.array(z.object({ at: z.number(), figure: figureSchema })).optional(),
});
export type Figures = z.infer<typeof figuresSchema>;

/** Rows by truth and by what the model said: `counts.positive.negative` are the missed positive rows. */
const confusionRow = z.object({
  negative: z.int(),
  positive: z.int(),
  unanswered: z.int(),
});
export const confusionSchema = z.object({ negative: confusionRow, positive: confusionRow });
export type Confusion = z.infer<typeof confusionSchema>;

/**
 * The least and the most that the unanswered rows could have made of a figure; null where the
 * figure would not be defined.
 */
export const boundsSchema = z.object({ worst: z.number().nullable(), best: z.number().nullable() });

export const curvesSchema = z.object({
  /**
   * From the highest threshold down, at most 500 points: a row is called positive where its score
   * reaches the threshold.
   */
  precision_recall: z.array(
    z.object({ threshold: z.number(), precision: z.number(), recall: z.number() }),
  ),
  /** Ten equal bins of the score, those with rows in them; none of scores that are no probabilities. */
  reliability: z.array(
    z.object({ mean_score: z.number(), positive_rate: z.number(), n: z.int().positive() }),
  ),
});
