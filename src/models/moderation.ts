import { z } from 'zod';
import type { ToxicityLabel } from '../records.js';
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
  readonly label: ToxicityLabel;
  /** The highest of the categories' scores. */
  readonly score: number;
  /** The categories that made the text toxic. */
  readonly categories: string[];
}

/**
 * Reads a response of `/v1/moderations` to one text, by any of its models.
 *
 * @param threshold - a text is toxic where a category's score reaches it; without one, where the
 *   service flags it
 * @throws MalformedReplyError when the body is no such response, which is worth another try
 */
export function readModeration(body: unknown, threshold?: number): ModerationReading {
  const value = parseBody(body);
  const parsed = moderationSchema.safeParse(value);
  const result = parsed.data?.results[0];
  const scores = Object.entries(result?.category_scores ?? {}).filter(isScored);
  if (!result || scores.length === 0) throw malformed(value, 'a moderation');
  const score = Math.max(...scores.map(([, categoryScore]) => categoryScore));
  const toxic = threshold === undefined ? result.flagged : score >= threshold;
  const categories =
    threshold === undefined
      ? Object.keys(result.categories).filter((name) => result.categories[name])
      : scores.filter(([, categoryScore]) => categoryScore >= threshold).map(([name]) => name);
  return { outcome: 'answered', label: toxic ? 'toxic' : 'not toxic', score, categories };
}

const isScored = (entry: [string, number | null]): entry is [string, number] => entry[1] !== null;
