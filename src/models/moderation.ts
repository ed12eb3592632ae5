import { z } from 'zod';
import type { RowLabel } from '../terms.js';
import { malformed, parseBody } from './reply.js';

/** A category may be null where a model does not judge it; categories differ between models. */
const moderationSchema = z.object({
  results: z
    .array(
      z.object({
        flagged: z.boolean(),
        categories: z.record(z.string(), z.boolean().nullable()),
        category_scores: z.record(z.string(), z.number().min(0).max(1).nullable()),
      }),
    )
    .min(1),
});

/** What OpenAI's moderation says of one text. */
export interface ModerationReading {
  readonly outcome: 'answered';
  readonly label: RowLabel;
  /** The highest of the categories' scores. */
  readonly score: number;
  /** The categories that the service flagged. */
  readonly categories: string[];
}

/**
 * Reads a response of `/v1/moderations` to one text, by any of its models.
 *
 * @throws MalformedReplyError when the body is no such response, which is worth another try
 */
export function readModeration(body: unknown): ModerationReading {
  const value = parseBody(body);
  const parsed = moderationSchema.safeParse(value);
  const result = parsed.data?.results[0];
  const scores = Object.values(result?.category_scores ?? {}).filter((score) => score !== null);
  if (!result || scores.length === 0) throw malformed(value, 'a moderation');
  return {
    outcome: 'answered',
    label: result.flagged ? 'positive' : 'negative',
    score: Math.max(...scores),
    categories: Object.keys(result.categories).filter((name) => result.categories[name]),
  };
}
