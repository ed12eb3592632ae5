import { z } from 'zod';
import { writeAtomically } from '../files/atomic.js';
import { drawIndices } from '../metrics/sampling.js';
import { moderator, pruned, renderMessages } from '../prompts/index.js';
import { labelSchema } from '../records.js';
import type { Example } from '../student/examples.js';

export const SPLITS = ['TRAIN', 'TEST'] as const;

const systemSchema = z.strictObject({ role: z.literal('system'), content: z.string().min(1) });
const userSchema = z.strictObject({ role: z.literal('user'), content: z.string().min(1) });
const assistantSchema = z.strictObject({ role: z.literal('assistant'), content: labelSchema });

/** A line of the chat format that fine-tuning tools read: the answer to learn comes last. */
export const chatLineSchema = z.strictObject({
  messages: z.union([
    z.tuple([systemSchema, userSchema, assistantSchema]),
    z.tuple([userSchema, assistantSchema]),
  ]),
  split: z.enum(SPLITS),
});
export type ChatLine = z.infer<typeof chatLineSchema>;

export interface ChatExportOptions {
  readonly out: string;
  /** Write no instruction: the tuned model is then asked without it. */
  readonly prune?: boolean;
  /** The share of each class that is held out as TEST, from 0 to below 1. */
  readonly testFraction?: number;
  readonly seed: number;
}

/**
 * Writes examples as chats, one JSON object a line. The file is complete or is not written.
 *
 * @returns how many lines there are of each split
 * @throws UserError when the file cannot be written
 */
export function exportChat(
  examples: readonly Example[],
  { out, prune = false, testFraction = 0.1, seed }: ChatExportOptions,
): Record<ChatLine['split'], number> {
  const held = holdOut(examples, testFraction, seed);
  const prompt = prune ? pruned(moderator) : moderator;
  const lines = function* () {
    for (const [place, { input, toxic }] of examples.entries()) {
      const answer = { role: 'assistant', content: toxic ? 'toxic' : 'not toxic' };
      const line = chatLineSchema.parse({
        messages: [...renderMessages(prompt, input), answer],
        split: held.has(place) ? 'TEST' : 'TRAIN',
      });
      yield `${JSON.stringify(line)}\n`;
    }
  };
  writeAtomically(out, lines());
  return { TRAIN: examples.length - held.size, TEST: held.size };
}

/** The same share of toxic and of other examples, by their places. */
function holdOut(examples: readonly Example[], fraction: number, seed: number): Set<number> {
  const places = [...examples.keys()];
  const drawn = [true, false].flatMap((toxic) => {
    const stratum = places.filter((place) => examples[place]?.toxic === toxic);
    const size = Math.round(fraction * stratum.length);
    return drawIndices(stratum.length, size, seed).map((i) => stratum[i] ?? 0);
  });
  return new Set(drawn);
}
