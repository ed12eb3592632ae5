import { z } from 'zod';
import { UNANSWERED_POLICIES } from '../../terms.js';
import { baselineSchema, cascadeCurveSchema, pairSchema } from './comparisons.js';
import { figureSchema } from './figures.js';
import { modelResultSchema } from './model.js';
import { disagreementSchema, rowsSchema } from './rows.js';
import { REPORT_VERSION } from './version.js';

/**
 * What an evaluation found: the one thing that every report renders and every gate reads. It is
 * also the file that `--report FILE.json` writes.
 */
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
  rows: rowsSchema,
  /** What the figures may not claim, in plain words. */
  notes: z.array(z.string()),
});
export type Report = z.infer<typeof reportSchema>;
