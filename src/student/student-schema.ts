import { z } from 'zod';
import { LABEL_SOURCES } from '../terms.js';
import { FEATURES } from './features.js';
import type { Packed } from './packed-numbers.js';
import { STUDENT_SCHEMA, STUDENT_VERSION } from './student-format.js';

const packedSchema: z.ZodType<Packed> = z.object({
  scale: z.number().nonnegative(),
  int16: z.base64(),
});

const intervalSchema = z.object({ low: z.number(), high: z.number() });

/**
 * Figures of a student, all on rows that it was not fitted to. Each is a number: with five rows of
 * both classes, which training asks for, nothing is divided by 0. (The row with the highest log
 * odds reaches every threshold that the other folds can set, so some row is called positive.)
 */
const figuresSchema = z.object({
  precision: z.number(),
  recall: z.number(),
  f1: z.number(),
  /** Average precision: the area below the precision-recall curve. */
  auprc: z.number(),
  /** Mean squared error of the score. */
  brier: z.number(),
  /** Expected calibration error over ten equal bins of the score. */
  ece: z.number(),
  /**
   * 95% intervals over the rows; folds and fits are taken as they are, so that they say nothing of
   * another training set.
   */
  f1_interval: intervalSchema.optional(),
  auprc_interval: intervalSchema.optional(),
});
export type StudentFigures = z.infer<typeof figuresSchema>;

const [shortestWord, longestWord] = FEATURES.word_ngrams;
const [shortest, longest] = FEATURES.character_ngrams;

/** Files before 0.3 counted `toxic` rows. */
function withPositive(data: unknown): unknown {
  const { toxic, ...others } = Object(data) as Record<string, unknown>;
  return toxic === undefined ? data : { positive: toxic, ...others };
}

/** What a student file holds: numbers and their history, no code. */
export const studentSchema = z.object({
  schema: z.literal(STUDENT_SCHEMA),
  version: z.literal(STUDENT_VERSION),
  name: z.string().max(200),
  /** Whose labels it learned. */
  labels: z.enum(LABEL_SOURCES),
  /** As the rows name it; null where they name none, or several. */
  teacher: z.object({ model: z.string(), provider: z.string(), prompt: z.string() }).nullable(),
  seed: z.int().nonnegative(),
  /** Absent in files before 0.3: then it is toxicity. */
  task: z.object({ name: z.string(), positive: z.string(), negative: z.string() }).optional(),
  data: z.preprocess(
    withPositive,
    z.object({
      rows: z.int().positive(),
      positive: z.int().positive(),
      /** Rows that were fitted to a score of the teacher. */
      soft: z.int().nonnegative(),
      /** Of the examples in their order. */
      sha256: z.string().regex(/^[0-9a-f]{64}$/),
      /** The texts, packed: see `packTexts`. Files of earlier releases do not have it. */
      texts: z.base64().optional(),
    }),
  ),
  /** Cross-validated, each part alone and both together. */
  report: z.object({
    folds: z.int(),
    ngrams: figuresSchema.nullable(),
    embeddings: figuresSchema.nullish(),
    average: figuresSchema.nullish(),
    /**
     * Of examples that a student picked in part, those that were drawn at random: figures, calibration
     * and threshold rest on them. The figures are null, and the rest is of all examples, where
     * they are too few. Absent where all were drawn alike.
     */
    uniform: z.object({ rows: z.int().nonnegative(), positive: z.int().nonnegative() }).optional(),
  }),
  calibration: z.object({ slope: z.number().positive(), intercept: z.number() }),
  /** A text is positive where its score reaches it. */
  threshold: z.number().min(0).max(1),
  features: z.object({
    hash: z.literal(FEATURES.hash),
    buckets: z.literal(FEATURES.buckets),
    word_ngrams: z.tuple([z.literal(shortestWord), z.literal(longestWord)]),
    character_ngrams: z.tuple([z.literal(shortest), z.literal(longest)]),
    weighting: z.literal(FEATURES.weighting),
    max_characters: z.literal(FEATURES.max_characters),
  }),
  ngrams: z.object({ bias: z.number(), weights: packedSchema, idf: packedSchema }),
  /** The second part; its log odds and those of the n-grams are averaged. */
  embedding: z
    .object({
      /** Who made the vectors, and must make those of every text to classify. */
      embedder: z.string(),
      dimensions: z.int().positive().max(65_536),
      bias: z.number(),
      weights: packedSchema,
      mean: packedSchema,
      factor: packedSchema,
    })
    .nullable(),
  /** What a cascade is planned by: see `packOutOfFold`. Files before 0.3 do not have it. */
  out_of_fold: z
    .object({
      rows: z.int().nonnegative(),
      log_odds: packedSchema,
      teacher: z.string().regex(/^[01-]*$/),
      human: z.string().regex(/^[01-]*$/),
    })
    .optional(),
});
export type Student = z.infer<typeof studentSchema>;
