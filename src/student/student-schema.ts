import { z } from 'zod';
import { LABEL_SOURCES } from './examples.js';
import { FEATURES } from './features.js';
import { packedSchema } from './packed-numbers.js';
import { studentFiguresSchema } from './ranking.js';

/** Raised when a key goes or changes its meaning; a new optional key leaves it as it is. */
export const STUDENT_VERSION = 1;

const [shortestWord, longestWord] = FEATURES.word_ngrams;
const [shortest, longest] = FEATURES.character_ngrams;

/** What a student file holds: numbers and their history, no code. */
export const studentSchema = z.object({
  schema: z.literal('toxicity-distill/student'),
  version: z.literal(STUDENT_VERSION),
  name: z.string().max(200),
  /** Whose labels it learned. */
  labels: z.enum(LABEL_SOURCES),
  /** As the rows name it; null where they name none, or several. */
  teacher: z.object({ model: z.string(), provider: z.string(), prompt: z.string() }).nullable(),
  seed: z.int().nonnegative(),
  data: z.object({
    rows: z.int().positive(),
    toxic: z.int().positive(),
    /** Rows that were fitted to a score of the teacher. */
    soft: z.int().nonnegative(),
    /** Of the examples in their order. */
    sha256: z.string().regex(/^[0-9a-f]{64}$/),
  }),
  /** Cross-validated, each part alone and both together. */
  report: z.object({
    folds: z.int(),
    ngrams: studentFiguresSchema,
    embeddings: studentFiguresSchema.optional(),
    average: studentFiguresSchema.optional(),
  }),
  calibration: z.object({ slope: z.number().positive(), intercept: z.number() }),
  /** A text is toxic where its score reaches it. */
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
});
export type Student = z.infer<typeof studentSchema>;
