import { gptOssSafeguard } from './gpt-oss-safeguard.js';
import { graniteGuardian, graniteGuardian4 } from './granite-guardian.js';
import { llamaGuard } from './llama-guard.js';
import { moderator } from './moderator.js';
import type { Prompt } from './prompt.js';
import { shieldGemma } from './shield-gemma.js';
import { wildGuard } from './wild-guard.js';

/** Every prompt by its name. To add one, write its file and add its row. */
export const PROMPTS = {
  moderator,
  'llama-guard': llamaGuard,
  'shield-gemma': shieldGemma,
  'wild-guard': wildGuard,
  'granite-guardian': graniteGuardian,
  'granite-guardian-4': graniteGuardian4,
  'gpt-oss-safeguard': gptOssSafeguard,
} as const satisfies Readonly<Record<string, Prompt>>;

export type PromptName = keyof typeof PROMPTS;

/** The prompt that fits a model by the look of its id: a guard's own, else the moderator's. */
export function promptFor(modelId: string): Prompt {
  const prompts: readonly Prompt[] = Object.values(PROMPTS);
  return prompts.find(({ models }) => models?.test(modelId)) ?? moderator;
}

/** The prompt of a name. */
export const promptNamed = (name: PromptName): Prompt => PROMPTS[name];

export { llamaGuard } from './llama-guard.js';
export { moderator } from './moderator.js';
export {
  type ChatMessage,
  normalizeReply,
  type Prompt,
  promptId,
  pruned,
  type Reading,
  renderMessages,
  type VerdictWords,
} from './prompt.js';
