import { z } from 'zod';
import type { Packed } from '../student/packed-numbers.js';
import { LABEL_SOURCES } from '../terms.js';
import { CASCADE_SCHEMA, CASCADE_VERSION } from './cascade-format.js';
import { TEACHER_FAILURES } from './cascade-rows.js';

const share = z.number().min(0).max(1);

const packedSchema: z.ZodType<Packed> = z.object({
  scale: z.number().nonnegative(),
  int16: z.base64(),
});

const evidenceSchema = z.object({
  /** What was promised. */
  aim: share,
  successes: z.int().nonnegative(),
  n: z.int().nonnegative(),
  /** The lower end of the one-sided Clopper-Pearson interval. */
  bound: share,
  /** Of the exact binomial test. */
  p: share,
});

/** How a student and its teacher share the rows, and what that was chosen by. */
export const cascadeSchema = z.object({
  schema: z.literal(CASCADE_SCHEMA),
  version: z.literal(CASCADE_VERSION),
  tool_version: z.string(),
  created_at: z.iso.datetime(),
  task: z.object({ name: z.string(), positive: z.string(), negative: z.string() }),
  student: z.object({
    /** From the folder of this file. */
    file: z.string().min(1),
    /** The first 12 digits of the SHA-256 of the file. */
    hash: z.string().regex(/^[0-9a-f]{12}$/),
    /** The score from which it says positive where it answers alone. */
    threshold: share,
  }),
  teacher: z.object({
    /** How it is opened again, such as `gpt4`; `human` for people. */
    name: z.string().min(1),
    provider: z.string(),
    model: z.string(),
    prompt: z.string(),
  }),
  /** Scores from `low` on and below `high` go to the teacher. */
  band: z
    .object({ low: share, high: z.number().min(0).max(2) })
    .refine(({ low, high }) => low <= high, 'low must not be above high'),
  on_teacher_failure: z.enum(TEACHER_FAILURES),
  chosen_by: z.union([
    z.object({ share }).strict(),
    z.object({ usd_per_1000: z.number().nonnegative() }).strict(),
    z.object({ recall: share.optional(), precision: share.optional() }).strict(),
  ]),
  promise: z
    .object({
      truth: z.enum(LABEL_SOURCES),
      confidence: share,
      recall: evidenceSchema.optional(),
      precision: evidenceSchema.optional(),
      /** In the fixed order; of these all that passed keep the promise. */
      bands_tested: z.int().positive(),
      bands_passed: z.int().positive(),
    })
    .nullable(),
  calibration: z.object({
    file: z.string(),
    sha256: z.string().regex(/^[0-9a-f]{64}$/),
    truth: z.enum(LABEL_SOURCES),
    rows: z.int().positive(),
    positive: z.int().nonnegative(),
    escalated: z.int().nonnegative(),
    /** The texts, packed as those of a student are: no cascade is judged by these rows. */
    texts: z.base64(),
    /** Log odds of the student's scores, in their order: what later rows are compared with. */
    log_odds: packedSchema,
  }),
});
export type Cascade = z.infer<typeof cascadeSchema>;
