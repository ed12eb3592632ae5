import { z } from 'zod';
import { type RowLabel, TOXICITY_LABELS } from '../terms.js';
import { labelSchema } from '../verdict.js';

/** Where the probabilities of a sheet are kept. */
export const drawPath = (sheet: string) => `${sheet}.draw.json`;

const modelSchema = z.object({
  name: z.string(),
  id: z.string().nullable(),
  provider: z.string().nullable(),
  prompt: z.string().nullable(),
});

/** Before 0.3 a draw had the names of the built-in task. */
const said = z.union([
  labelSchema,
  z
    .enum([TOXICITY_LABELS.negative, TOXICITY_LABELS.positive])
    .transform((name): RowLabel => (name === TOXICITY_LABELS.positive ? 'positive' : 'negative')),
]);

/**
 * How the rows of a sheet were drawn. It stands beside the sheet and says what the models said of
 * each row, so it is not for those who fill the sheet in.
 */
export const auditDrawSchema = z.object({
  schema: z.literal('toxicity-distill/audit-draw'),
  version: z.literal(1),
  tool_version: z.string(),
  created_at: z.iso.datetime(),
  seed: z.int().nonnegative(),
  eval_file: z.object({
    path: z.string(),
    sha256: z.string(),
    /** Distinct rows, those with a human label among them. */
    rows: z.int().positive(),
  }),
  contender: modelSchema,
  teacher: modelSchema,
  /** Rows by what the two models said of them. */
  cells: z.array(
    z
      .object({
        contender: z.union([said, z.literal('unanswered')]),
        teacher: said,
        /** Rows of the cell that had no human label, from which the sheet was drawn. */
        rows: z.int().nonnegative(),
        drawn: z.int().nonnegative(),
        /** Of a row without a human label: drawn / rows. Null where there is none. */
        probability: z.number().min(0).max(1).nullable(),
        /** The keys of all rows of the cell, those with a human label among them. */
        members: z.array(z.string()),
        /** The keys of the drawn ones. */
        sheet: z.array(z.string()),
      })
      .refine(({ rows, drawn, members, sheet }) => {
        const isWithin = drawn <= rows && rows <= members.length;
        const all = new Set(members);
        return isWithin && sheet.length === drawn && sheet.every((key) => all.has(key));
      }, 'the counts of the cell must be those of its rows'),
  ),
});
export type AuditDraw = z.infer<typeof auditDrawSchema>;
