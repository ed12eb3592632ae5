import { z } from 'zod';
import { ANSWERED_BY, LABELS } from './terms.js';

export const labelSchema = z.enum(LABELS);

/** Tokens of one request, as the server counted them. */
export const usageSchema = z.object({
  prompt_tokens: z.int().nonnegative(),
  completion_tokens: z.int().nonnegative(),
  cached_tokens: z.int().nonnegative().optional(),
  reasoning_tokens: z.int().nonnegative().optional(),
});
export type Usage = z.infer<typeof usageSchema>;

/** The tokens of two requests together; null where neither server counted. */
export function addUsage(a: Usage | null, b: Usage | null): Usage | null {
  if (!a || !b) return a ?? b;
  const cached = (a.cached_tokens ?? 0) + (b.cached_tokens ?? 0);
  const reasoning = (a.reasoning_tokens ?? 0) + (b.reasoning_tokens ?? 0);
  return {
    prompt_tokens: a.prompt_tokens + b.prompt_tokens,
    completion_tokens: a.completion_tokens + b.completion_tokens,
    ...(cached > 0 ? { cached_tokens: cached } : {}),
    ...(reasoning > 0 ? { reasoning_tokens: reasoning } : {}),
  };
}

const answer = {
  /** Of a row that a cascade was asked; `teacher` where that one gave no label. */
  answeredBy: z.enum(ANSWERED_BY).optional(),
  /** The student's score of such a row, whoever answered it. */
  studentScore: z.number().min(0).max(1).optional(),
  /** The model's reply as it came. */
  raw: z.string(),
  usage: usageSchema.nullable(),
  /** Dollars; null where the price or the usage is unknown. */
  costUsd: z.number().nonnegative().nullable(),
  /** From the first request for the row to its verdict; null where a file does not record it. */
  latencyMs: z.number().nonnegative().nullable(),
};

/** What became of one row. A failure never becomes an answer, and never disappears. */
export const verdictSchema = z.discriminatedUnion('outcome', [
  z.object({
    outcome: z.literal('answered'),
    label: labelSchema,
    /** How likely the text is positive, where the model tells: P(positive), or a highest category score. */
    score: z.number().min(0).max(1).optional(),
    /** A guard model's violated categories, such as S1. */
    categories: z.array(z.string()).optional(),
    ...answer,
  }),
  z.object({ outcome: z.enum(['refused', 'filtered', 'truncated', 'unparseable']), ...answer }),
  z.object({
    outcome: z.literal('failed'),
    error: z.string(),
    /** True where asking again may help: the next run does. */
    retryable: z.boolean(),
    ...answer,
  }),
]);
export type Verdict = z.infer<typeof verdictSchema>;
