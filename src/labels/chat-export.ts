import { z } from 'zod';
import { UserError } from '../errors.js';
import { writeAtomically } from '../files/atomic.js';
import { refuseForeignFile } from '../files/own-file.js';
import { PROMPTS, promptOf, pruned, renderMessages } from '../prompts/index.js';
import type { Example } from '../student/examples.js';
import { type Task, TOXICITY } from '../task/task.js';
import type { RowLabel } from '../terms.js';
import { drawPart } from './set-aside.js';

export const SPLITS = ['TRAIN', 'TEST'] as const;

const systemSchema = z.strictObject({ role: z.literal('system'), content: z.string().min(1) });
const userSchema = z.strictObject({ role: z.literal('user'), content: z.string().min(1) });
const assistantSchema = z.strictObject({
  role: z.literal('assistant'),
  content: z.string().min(1),
});

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
  /** The part of each class that is marked TEST, from 0 to below 1. Default: 0. */
  readonly testFraction?: number;
  readonly seed: number;
  /** Default: toxicity. */
  readonly task?: Task | undefined;
}

/** The first line, or as much of a long one as is looked at. */
const HEAD = /^\{"messages":\[\{"role":"[^\n]*(?:"split":"(?:TRAIN|TEST)"\}\n|$)/;

/**
 * Finds out before the training whether chats may be written there.
 *
 * @throws UserError when something else is there
 */
export const refuseForChats = (path: string): void =>
  refuseForeignFile(path, HEAD, 'a file of chats');

/**
 * Writes examples as chats, one JSON object a line. The file is complete or is not written.
 *
 * @returns how many lines there are of each split
 * @throws UserError when the file cannot be written
 */
export function exportChat(
  examples: readonly Example[],
  { out, prune = false, testFraction = 0, seed, task = TOXICITY }: ChatExportOptions,
): Record<ChatLine['split'], number> {
  const held = drawPart(examples, testFraction, seed);
  const asked = promptOf(PROMPTS.moderator, task);
  const prompt = prune ? pruned(asked) : asked;
  const replies = { positive: replyOf('positive', task), negative: replyOf('negative', task) };
  const lines = function* () {
    for (const [place, { input, positive }] of examples.entries()) {
      const answer = { role: 'assistant', content: replies[positive ? 'positive' : 'negative'] };
      const line = chatLineSchema.parse({
        messages: [...renderMessages(prompt, input), answer],
        split: held.has(place) ? 'TEST' : 'TRAIN',
      });
      yield `${JSON.stringify(line)}\n`;
    }
  };
  writeAtomically(out, lines(), 'own');
  return { TRAIN: examples.length - held.size, TEST: held.size };
}

/** What a model is to learn to say: an answer that will be read back as the label. */
function replyOf(label: RowLabel, { name, labels, answers }: Task): string {
  if (!answers) return labels[label];
  const exact = answers.find(
    ({ label: meant, reply }) => meant === label && typeof reply === 'string',
  );
  if (exact) return String(exact.reply);
  throw new UserError(`the task ${name} has no exact answer for ${labels[label]}`, {
    hint: 'add one to `answers` in the task file: a chat needs a reply to learn, not a pattern',
  });
}
