import { z } from 'zod';
import { labelSchema } from './verdict.js';

/** What a row carries along of one column that the labelling does not need. */
export const cellSchema = z.union([z.string(), z.number(), z.boolean(), z.null()]);
export type Cell = z.infer<typeof cellSchema>;

/** Other columns of a row, such as `comment_id` or `lang`, by their names. */
export const columnsSchema = z.record(z.string(), cellSchema);

export const probability = z.number().positive().max(1);
export const shareBelow1 = z.number().min(0).lt(1);

/** Who picked a row: `uniform`, or how a student did, with the hash of its file where it has one: `score@3f9a...`. */
export const pickedBy = z.string().regex(/^(uniform|(score|uncertainty|mix)(@[0-9a-f]{12})?)$/);

/** One row of any dataset. `index` is its place in the split, from 0. */
export const sampleSchema = z.object({
  id: z.string().nullable(),
  index: z.int().nonnegative(),
  text: z.string(),
  /** The human label, null where the dataset has none. */
  label: labelSchema.nullable(),
  humanChecked: z.boolean().nullable(),
  jailbreaking: z.boolean().nullable(),
  /** Absent where the row has no other columns. */
  columns: columnsSchema.optional(),
  /** How likely the row was to come into its dataset, where the dataset says so. */
  samplingProbability: probability.optional(),
  /** The share of the split that was drawn at random, where the row is of such a sample. */
  sampleFraction: probability.optional(),
  /** The row's place in the seeded shuffle of its split, as a share of its length. */
  sampleRank: shareBelow1.optional(),
  /** Who wanted the row labelled, in which round of picking. */
  picked: z.object({ by: pickedBy, round: z.int().positive() }).optional(),
});
export type Sample = z.infer<typeof sampleSchema>;
