import { z } from 'zod';
import { cascadeSchema } from '../../cascade/cascade-schema.js';
import { UNANSWERED } from '../../terms.js';
import { usageSchema } from '../../verdict.js';
import {
  boundsSchema,
  confusionSchema,
  curvesSchema,
  figureSchema,
  figuresSchema,
} from './figures.js';

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
