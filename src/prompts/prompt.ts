import { createHash } from 'node:crypto';
import { UserError } from '../errors.js';
import type { Task } from '../task/task.js';
import type { LabelNames, RowLabel } from '../terms.js';

/** One message of a chat. */
export interface ChatMessage {
  readonly role: 'system' | 'user';
  readonly content: string;
}

/** What a reply says: a label, or why it has none. */
export type Reading =
  | { readonly outcome: 'answered'; readonly label: RowLabel; readonly categories?: string[] }
  | { readonly outcome: 'refused' | 'unparseable' };

/** The words that carry the verdict, in lower case, and what stands right before them if any does. */
export interface VerdictWords {
  readonly positive: string;
  readonly negative: string;
  /** Another word, and which of the two it stands for. */
  readonly third?: { readonly word: string; readonly side: RowLabel };
  readonly after?: string;
}

/** How a model is asked about a text, and how its reply is read. */
export interface Prompt {
  readonly name: string;
  /** The instruction; none for a model that was trained to its task. */
  readonly system: string | undefined;
  /** The user's turns, where they hold words of ours too; else there is one, the text. */
  readonly turns?: ((text: string) => readonly string[]) | undefined;
  /** Tokens that the longest proper answer needs, with some to spare. */
  readonly answerTokens: number;
  /** Where a score is found among a reply's tokens; undefined where no word carries it. */
  readonly verdict: VerdictWords | undefined;
  /** Every answer that counts, where they are a list of texts and the model has no format of its own. */
  readonly choices?: readonly string[] | undefined;
  /** What replies of the user's own mean; a part of the wording, since it decides on labels. */
  readonly answers?: readonly string[];
  parse(reply: string): Reading;
}

/** A way of asking that some models were trained to, or that any model is asked in. */
export interface PromptFormat {
  readonly name: string;
  /** The ids of the models that it is the format of; none for one that any model is asked with. */
  readonly models?: RegExp;
  /** Whether it states the task's policy; else a model judges by its own. */
  readonly statesPolicy: boolean;
  /** @throws UserError when it needs the policy of a task that has none */
  of(task: Task): Prompt;
}

/**
 * The policy in the user's words; undefined for the built-in one.
 *
 * @throws UserError when the task has none
 */
export function policyOf({ name, policy }: Task): string | undefined {
  if (policy === 'built-in') return undefined;
  if (policy !== 'none') return policy.text;
  throw new UserError(`the task ${name} has no policy, so no model can be asked`, {
    hint: 'add `policy: policy.md` to the task file, and write there what counts as positive',
  });
}

/** The messages for one text. The text is set between our words, and fills no template. */
export function renderMessages({ system, turns }: Prompt, text: string): ChatMessage[] {
  const contents = turns?.(text) ?? [text];
  const user = contents.map((content): ChatMessage => ({ role: 'user', content }));
  return system === undefined ? user : [{ role: 'system', content: system }, ...user];
}

/** `name@hash`: what a labelled row records, so that labels of two wordings never mix. */
export function promptId(prompt: Prompt): string {
  return `${prompt.name}@${createHash('sha256').update(wordingOf(prompt)).digest('hex').slice(0, 12)}`;
}

/** The system text alone where it is all we word: files with that hash exist. */
function wordingOf(prompt: Prompt): string {
  const { system, turns, answers } = prompt;
  const wording = turns ? JSON.stringify(renderMessages(prompt, '{text}')) : (system ?? '');
  return answers ? JSON.stringify([wording, ...answers]) : wording;
}

/** The same prompt without its instruction, for a model tuned with the instruction pruned. */
export function pruned(prompt: Prompt): Prompt {
  return { ...prompt, name: `${prompt.name}-pruned`, system: undefined, turns: undefined };
}

/** Reads a reply that must be the name of one of the two labels. */
export function readLabel(reply: string, names: LabelNames): Reading {
  const answer = normalizeReply(reply);
  if (answer === names.positive.toLowerCase()) return { outcome: 'answered', label: 'positive' };
  if (answer === names.negative.toLowerCase()) return { outcome: 'answered', label: 'negative' };
  return unanswered(reply);
}

/** The names as they carry a verdict: what a reply begins with, in lower case. */
export const verdictNames = ({ positive, negative }: LabelNames): VerdictWords => ({
  positive: positive.toLowerCase(),
  negative: negative.toLowerCase(),
});

/** The names as answers. */
export const nameChoices = ({ positive, negative }: LabelNames): readonly string[] => [
  positive,
  negative,
];

/** Tokens for a label's name; no tokenizer needs more than one for a character. */
export const nameTokens = ({ positive, negative }: LabelNames): number =>
  Math.max(16, positive.length + 4, negative.length + 4);

/** The outcome of a reply that is not an answer. */
export function unanswered(reply: string): Reading {
  return { outcome: isRefusal(reply) ? 'refused' : 'unparseable' };
}

/**
 * Forgives what does not change an answer: case, white space around it, quotes and closing
 * punctuation. Nothing else: "not toxic at all" is not "not toxic".
 */
export function normalizeReply(reply: string): string {
  const trimmed = reply.trim().toLowerCase();
  if (trimmed.length > LONGEST_ANSWER) return trimmed;
  return trimmed.replace(/^["'`“”‘’«»\s]+/u, '').replace(/["'`“”‘’«».,;:!?。\s]+$/u, '');
}

/** No answer is longer; the patterns above would be slow on a long run of blanks. */
const LONGEST_ANSWER = 60;

const REFUSAL =
  /^(?:(?:i['’]?m|i am|we['’]?re|we are) (?:very |so |really )?(?:sorry|unable|not able|not comfortable)|sorry\b|my apologies|i apologi[sz]e|i (?:can['’]?t|can ?not|won['’]?t|will not|could not|couldn['’]?t|must decline|do not feel comfortable)|as an ai\b|as a language model\b|unfortunately,? i )/i;

/** Whether a reply declines the task, as models word it in English. */
export const isRefusal = (reply: string) => REFUSAL.test(reply.trim());
