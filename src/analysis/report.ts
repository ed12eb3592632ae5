import { z } from 'zod';
import { cascadeSchema } from '../cascade/cascade-schema.js';
import { UNANSWERED, UNANSWERED_POLICIES } from '../terms.js';
import { labelSchema, usageSchema } from '../verdict.js';

/**
 * What an evaluation found: the one thing that every report renders and every gate reads. It is
 * also the file that `--report FILE.json` writes. A new optional key leaves the version as it is;
 * a key that goes or changes its meaning raises it.
 */
export const REPORT_VERSION = 3;

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
const boundsSchema = z.object({ worst: z.number().nullable(), best: z.number().nullable() });

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

export const sliceSchema = z.object({
  /** What the rows are divided by: `jailbreaking`, `human_checked`, `length`, or a column. */
  column: z.string(),
  value: z.string(),
  n: z.int(),
  positive: z.int(),
  accuracy: figureSchema,
  precision: figureSchema,
  recall: figureSchema,
  f1: figureSchema,
  /**
   * Of Fisher's exact test of its positive F1 against that of all other rows, corrected for the number
   * of slices of the model (Benjamini-Hochberg); null where either side has no positive F1.
   */
  q: z.number().nullable(),
  /** True where its positive F1 is lower than that of the other rows, and q is small enough. */
  worse: z.boolean(),
});
export type Slice = z.infer<typeof sliceSchema>;

const agreementSchema = z.object({ agreement: figureSchema, kappa: figureSchema });

const allRowsFigure = figureSchema.extend({
  /** Quantiles of draws from the strata's posteriors under Jeffreys' prior. */
  interval: z.literal('jeffreys').nullable(),
});

/** Figures of the positive class against people for all rows, of which people labelled a part. */
export const allRowsSchema = z.object({
  /** Distinct rows with a human label, and all. */
  labelled: z.int(),
  rows: z.int(),
  precision: allRowsFigure,
  recall: allRowsFigure,
  f1: allRowsFigure,
  /**
   * Width of the F1 interval over that of the labelled rows alone. Where these were drawn with
   * unequal probabilities: over that of as many rows drawn uniformly, at the rates found.
   */
  width_of_human_only: z.number().nullable(),
});
export type AllRows = z.infer<typeof allRowsSchema>;

export const modelResultSchema = z.object({
  /** How the report calls it; no two of one report are the same. */
  name: z.string(),
  role: z.enum(['teacher', 'contender']),
  /** The id as sent; null for the teacher of a 2024 file, which does not name it. */
  id: z.string().nullable(),
  provider: z.string().nullable(),
  prompt: z.string().nullable(),
  /** Where its predictions are kept; for the teacher the evaluation file. */
  file: z.string().nullable(),
  /** True where its own labels are the truth, so that its figures say nothing. */
  is_truth: z.boolean(),
  /** Scikit-learn's table of its compared rows, two digits; empty where there are none. */
  table: z.string(),
  /**
   * Those to be judged. Where a teacher left rows unanswered, what it answered is counted in the whole
   * file too, with the rows that a contender learned from.
   */
  rows: z.object({
    total: z.int(),
    answered: z.int(),
    unanswered: z.partialRecord(z.enum(UNANSWERED), z.int()),
    not_asked: z.int(),
    without_truth: z.int(),
    /** Rows behind the figures. */
    compared: z.int(),
  }),
  /** Answered of all rows to be judged, those among them that were never asked. */
  coverage: figureSchema,
  confusion: confusionSchema,
  figures: figuresSchema,
  /**
   * Over the unanswered rows with a truth, whatever the policy; equal where every row was answered.
   * For the teacher, whose unanswered rows are not in the file, over their truth as well.
   */
  bounds: z.object({ positive_f1: boundsSchema, accuracy: boundsSchema }),
  /**
   * At another share of positive rows, where one was named; null where the rows do not tell. Alarms are
   * positive calls among 1,000 rows, so no fraction. Where the rows were drawn with unequal
   * probabilities they weigh 1 / probability here, and `share` is that of positive rows in what they
   * were drawn from: the figures are stated for it where no other one was named.
   */
  at_prevalence: z
    .object({
      prevalence: z.number(),
      share: figureSchema.optional(),
      precision: figureSchema,
      recall: figureSchema.optional(),
      f1: figureSchema,
      alarms_per_1000: figureSchema,
    })
    .nullable()
    .optional(),
  /**
   * What changes when the same rows are asked again: how many runs there are, the standard deviation
   * of their positive F1 (null where one has none), and of the rows that every run answered, those
   * whose label is not always the same. Null where there is one run. With more, the figures are means
   * over the runs, and pairs and common rows compare means; all else is of the first.
   */
  rerun: z
    .object({
      runs: z.int(),
      f1_sd: z.number().nullable(),
      changed: z.int(),
      rows: z.int(),
    })
    .nullable()
    .optional(),
  /** The score from which a row is positive, where one was set or tuned. */
  threshold: z.object({ value: z.number(), source: z.string() }).nullable(),
  curves: curvesSchema.nullable(),
  slices: z.array(sliceSchema),
  /** Over the rows that it answered; null for the teacher. */
  agreement: z
    .object({
      with_teacher: agreementSchema,
      with_human: agreementSchema.nullable(),
      teacher_with_human: agreementSchema.nullable(),
      /** Of the rows with a human label: who stands alone against the two others. */
      three_way: z
        .object({
          all_agree: z.int(),
          contender_alone: z.int(),
          teacher_alone: z.int(),
          human_alone: z.int(),
        })
        .nullable(),
    })
    .nullable(),
  /** Null where every row has a human label, or nothing can be claimed for those without. */
  all_rows: allRowsSchema.nullable().optional(),
  usage: usageSchema.nullable(),
  cost: z.object({
    /** Dollars for the rows asked; null where the price or the usage is unknown. */
    usd: z.number().nullable(),
    per_1000_rows: z.number().nullable(),
    /** Where the price is from: `list price of 2026-11-23`, `--price`, `local`, `unknown`. */
    basis: z.string(),
    /** How many times cheaper than the teacher a row is; null where either is unknown or free. */
    times_cheaper_than_teacher: z.number().nullable(),
  }),
  /** Milliseconds a row; null for the teacher of a file that does not record it. */
  latency_ms: z.object({ p50: z.number(), p95: z.number() }).nullable(),
  /** Of a cascade alone. */
  cascade: z
    .object({
      /** Null where only its kept answers are known. */
      teacher: z.string().nullable(),
      /** The prompt of the student, which is that of a contender where the student is one. */
      student: z.string().nullable(),
      /** The share of rows that the teacher was asked about. */
      escalated: figureSchema,
      /** Rows that the student answered where the teacher gave no label. */
      stand_in: z.int(),
      /** How its rows differ from those that it was chosen on; null where nothing can be told. */
      drift: z
        .object({
          calibrated_share: z.number(),
          share_p: z.number(),
          score_distance: z.number(),
          scores_p: z.number(),
          differs: z.boolean(),
        })
        .nullable(),
      promise: cascadeSchema.shape.promise,
    })
    .optional(),
  /** What its figures may not claim, in plain words. */
  notes: z.array(z.string()),
});
export type ModelResult = z.infer<typeof modelResultSchema>;

const nullable = z.number().nullable();

/** What a cascade of two models would come to, by the share of rows that go to the dearer one. */
export const cascadeCurveSchema = z.object({
  student: z.string(),
  teacher: z.string(),
  /** Of the student. */
  threshold: z.number(),
  /** Rows that both were asked about, with a truth. */
  rows: z.int(),
  /** From the student alone to the teacher alone; F1 with its interval. */
  points: z.array(
    z.object({
      share: z.number(),
      precision: nullable,
      recall: nullable,
      f1: nullable,
      low: nullable,
      high: nullable,
      usd_per_1000: nullable,
    }),
  ),
  /** The place of the point beyond which a further row wins less; -1 where nothing is won. */
  knee: z.int(),
});
export type CascadeCurve = z.infer<typeof cascadeCurveSchema>;

/** What a pair comes to, by its positive F1. */
export const FINDINGS = ['different', 'equivalent', 'not told apart', 'not comparable'] as const;

/**
 * Two models on the rows with a truth for which both have a label (in each run, where there are more),
 * under the policy on unanswered rows: every two contenders, and each contender with the teacher unless the teacher's labels are
 * the truth.
 */
export const pairSchema = z.object({
  a: z.string(),
  b: z.string(),
  n: z.int(),
  /** Of the n, the positive ones. */
  positive: z.int(),
  /**
   * Toxic F1 of a minus that of b. The interval is of the delta method; `p` of the exact
   * permutation test, and `p_holm` corrected over the pairs of the report.
   */
  f1_difference: figureSchema.extend({ p: z.number(), p_holm: z.number() }),
  /** Whether two one-sided tests put the difference within the margin of the settings. */
  within_margin: z.boolean(),
  finding: z.enum(FINDINGS),
  /** What this run could have found; null without rows. */
  evidence: z
    .object({
      standard_error: z.number(),
      /** The smallest true difference that such a run finds with 80% power. */
      detectable: z.number(),
      /** Rows like these for a gate at the margin, with 80% power; null at a margin of 0. */
      rows_for_margin: z.int().nullable(),
    })
    .nullable(),
  /** Exact McNemar test of equal accuracy, of the first run. It does not decide about F1. */
  mcnemar: z.object({ only_a_right: z.int(), only_b_right: z.int(), p: z.number() }),
  /** AUPRC of a minus that of b, where both give scores. */
  auprc_difference: figureSchema.extend({ p: z.number() }).nullable(),
});
export type Pair = z.infer<typeof pairSchema>;

/** A row to which people, the teacher and the contenders did not all give one label. */
export const disagreementSchema = z.object({
  /** Its place in `rows`. */
  row: z.int(),
  index: z.int(),
  input: z.string(),
  human: labelSchema.nullable(),
  /** Null where there is no teacher. */
  teacher: labelSchema.nullable(),
  /** By contender: a label, or why there is none. */
  said: z.record(z.string(), z.union([labelSchema, z.enum(UNANSWERED), z.literal('not asked')])),
  scores: z.record(z.string(), z.number()),
});
export type Disagreement = z.infer<typeof disagreementSchema>;

/** A published result on ToxicChat's test split. Two may be compared only where all of this is equal. */
export const baselineSchema = z.object({
  name: z.string(),
  precision: z.number().nullable(),
  recall: z.number().nullable(),
  f1: z.number(),
  auprc: z.number().nullable(),
  /** Of the data: `1123`, `0124`; null where the source at hand does not say. */
  release: z.enum(['1123', '0124']).nullable(),
  /** Rows of the split: all, those with a human annotation, a subset of the author's; null as above. */
  rows: z.enum(['all', 'human-annotated', 'own subset']).nullable(),
  /** How the threshold came about; null where the source at hand does not say. */
  threshold: z.enum(['fixed', 'tuned']).nullable(),
  source: z.string(),
  /** Whether it may stand beside the figures of this run. */
  comparable: z.boolean(),
  /** Why not; null where it may. */
  reason: z.string().nullable(),
});
export type Baseline = z.infer<typeof baselineSchema>;

export const reportSchema = z.object({
  schema: z.literal('toxicity-distill/report'),
  version: z.literal(REPORT_VERSION),
  tool_version: z.string(),
  created_at: z.iso.datetime(),
  /** What the rows were labelled for; positive and negative stand for its two labels. */
  task: z.object({
    name: z.string(),
    labels: z.object({ positive: z.string(), negative: z.string() }),
  }),
  settings: z.object({
    truth: z.enum(['human', 'teacher']),
    confidence: z.number(),
    bootstrap: z.int(),
    seed: z.int(),
    on_unanswered: z.enum(UNANSWERED_POLICIES),
    /** The column whose values make clusters of rows; null where equal texts do. */
    cluster: z.string().nullable(),
    /** Differences of the positive F1 below this are of no matter. */
    margin: z.number(),
  }),
  data: z.object({
    file: z.string(),
    sha256: z.string(),
    /** As its rows name them; null where they name none, or several. */
    dataset: z.string().nullable(),
    split: z.string().nullable(),
    rows: z.int(),
    positive: z.int(),
    negative: z.int(),
    without_truth: z.int(),
    /** Rows whose text, normalised, stands in the file before. */
    duplicate_texts: z.int(),
    /**
     * How many positive rows say what one that stands alone would: the design effect of their clusters
     * for a model that gives a cluster one answer. Null where each stands alone.
     */
    design_effect: z.number().nullable(),
    /**
     * Rows that are left out because a contender has learned from them, and by whom: a student, or
     * the file that the user named. Null where nothing is known to be learned.
     */
    seen: z
      .object({ rows: z.int(), by: z.array(z.object({ name: z.string(), rows: z.int() })) })
      .nullable(),
  }),
  /** The teacher first, where there is one, then the contenders in the order they were named. */
  models: z.array(modelResultSchema).min(1),
  /**
   * Every model on the rows with a truth that all of them answered; null with one contender. A
   * teacher whose labels are the truth is not among them.
   */
  common: z
    .object({
      n: z.int(),
      models: z.array(
        z.object({
          name: z.string(),
          accuracy: figureSchema,
          precision: figureSchema,
          recall: figureSchema,
          f1: figureSchema,
        }),
      ),
    })
    .nullable(),
  pairs: z.array(pairSchema),
  /** Of each contender with scores, and each student behind a cascade; absent in reports before 0.3. */
  cascades: z.array(cascadeCurveSchema).optional(),
  /**
   * Published results on the ToxicChat test split, where they were asked for and apply: those that
   * may be compared with this run first.
   */
  baselines: z.array(baselineSchema).nullable(),
  disagreements: z.array(disagreementSchema),
  /** Every row in the order of the file, one character each, as row-codes.ts writes them. */
  rows: z.object({
    /** Names a row across runs: see row-key.ts. */
    keys: z.array(z.string()),
    truth: z.string(),
    /** By model, the teacher among them. */
    said: z.record(z.string(), z.string()),
    /** What the further runs said, by model, where rows were asked more than once. */
    reruns: z.record(z.string(), z.array(z.string())).optional(),
    /** The cluster of each row; null where each row stands alone. */
    clusters: z.array(z.int()).nullable(),
  }),
  /** What the figures may not claim, in plain words. */
  notes: z.array(z.string()),
});
export type Report = z.infer<typeof reportSchema>;
