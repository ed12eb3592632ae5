import { z } from 'zod';
import type { RowLabel } from '../terms.js';
import type { Usage } from '../verdict.js';
import { malformed, parseBody, readUsage, servedUsageSchema } from './reply.js';

/** A category may be null where a model does not judge it; categories differ between models. */
const moderationSchema = z.object({
  results: z
    .array(
      z.object({
        /** Mistral's service has none. */
        flagged: z.boolean().optional(),
        categories: z.record(z.string(), z.boolean().nullable()),
        category_scores: z.record(z.string(), z.number().min(0).max(1).nullable()),
      }),
    )
    .min(1),
  usage: servedUsageSchema,
});

/** Of Mistral's categories those that tell what a text is about, and not that it does harm. */
const TOPICS = new Set(['health', 'financial', 'law', 'pii']);

/** What a moderation endpoint says of one text. */
export interface ModerationReading {
  readonly outcome: 'answered';
  readonly label: RowLabel;
  /** The highest of the scores of categories that count. */
  readonly score: number;
  /** The categories that the service flagged. */
  readonly categories: string[];
  readonly usage: Usage | null;
}

/**
 * Reads a response of `/v1/moderations` to one text, by any model of OpenAI's or Mistral's. Where there is
 * no flag, a text is positive by any flagged category that is no mere topic.
 *
 * @throws MalformedReplyError when the body is no such response, which is worth another try
 */
export function readModeration(body: unknown): ModerationReading {
  const value = parseBody(body);
  const parsed = moderationSchema.safeParse(value);
  const result = parsed.data?.results[0];
  const counts = (name: string) => result?.flagged !== undefined || !TOPICS.has(name);
  const scores = Object.entries(result?.category_scores ?? {}).flatMap(([name, score]) =>
    score !== null && counts(name) ? [score] : [],
  );
  if (!result || scores.length === 0) throw malformed(value, 'a moderation');
  const categories = Object.keys(result.categories).filter((name) => result.categories[name]);
  return {
    outcome: 'answered',
    label: (result.flagged ?? categories.some(counts)) ? 'positive' : 'negative',
    score: Math.max(...scores),
    categories,
    usage: readUsage(parsed.data?.usage),
  };
}
