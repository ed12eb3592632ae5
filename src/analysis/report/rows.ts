import { z } from 'zod';
import { UNANSWERED } from '../../terms.js';
import { labelSchema } from '../../verdict.js';

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

/** Every row in the order of the file, one character each, as row-codes.ts writes them. */
export const rowsSchema = z.object({
  /** Names a row across runs: see row-key.ts. */
  keys: z.array(z.string()),
  truth: z.string(),
  /** By model, the teacher among them. */
  said: z.record(z.string(), z.string()),
  /** What the further runs said, by model, where rows were asked more than once. */
  reruns: z.record(z.string(), z.array(z.string())).optional(),
  /** The cluster of each row; null where each row stands alone. */
  clusters: z.array(z.int()).nullable(),
});
