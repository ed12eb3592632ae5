import { z } from 'zod';
import { figureSchema } from './figures.js';

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
