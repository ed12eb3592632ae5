import { llamaGuard } from './llama-guard.js';
import { moderator } from './moderator.js';
import type { Prompt } from './prompt.js';

/** Models with a format of their own, by the look of their id. */
const BY_MODEL: readonly (readonly [RegExp, Prompt])[] = [[/llama-?guard/i, llamaGuard]];

/** The prompt that fits a model: a guard's own, else the moderator's. */
export function promptFor(modelId: string): Prompt {
  return BY_MODEL.find(([pattern]) => pattern.test(modelId))?.[1] ?? moderator;
}

export { llamaGuard } from './llama-guard.js';
export { moderator } from './moderator.js';
export {
  type ChatMessage,
  type Prompt,
  promptId,
  pruned,
  type Reading,
  renderMessages,
} from './prompt.js';
