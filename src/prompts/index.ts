import { type Task, TOXICITY } from '../task/task.js';
import { customPrompt, withAnswers } from './custom.js';
import { gptOssSafeguard } from './gpt-oss-safeguard.js';
import { graniteGuardian, graniteGuardian4 } from './granite-guardian.js';
import { llamaGuard } from './llama-guard.js';
import { moderator } from './moderator.js';
import { nemotronGuard } from './nemotron-guard.js';
import { polyGuard } from './poly-guard.js';
import type { Prompt, PromptFormat } from './prompt.js';
import { qwen3Guard, qwen3GuardStrict } from './qwen3-guard.js';
import { shieldGemma } from './shield-gemma.js';
import { shieldstral } from './shieldstral.js';
import { wildGuard } from './wild-guard.js';

/** Every format by its name. To add one, write its file and add its row. */
export const PROMPTS = {
  moderator,
  'llama-guard': llamaGuard,
  'shield-gemma': shieldGemma,
  'wild-guard': wildGuard,
  'granite-guardian': graniteGuardian,
  'granite-guardian-4': graniteGuardian4,
  'gpt-oss-safeguard': gptOssSafeguard,
  'qwen3-guard': qwen3Guard,
  'qwen3-guard-strict': qwen3GuardStrict,
  'nemotron-guard': nemotronGuard,
  shieldstral,
  'poly-guard': polyGuard,
} satisfies Readonly<Record<string, PromptFormat>>;

export type PromptName = keyof typeof PROMPTS;

/** The format that fits a model by the look of its id: a guard's own, else the moderator's. */
export function formatFor(modelId: string): PromptFormat {
  const formats: readonly PromptFormat[] = Object.values(PROMPTS);
  return formats.find(({ models }) => models?.test(modelId)) ?? moderator;
}

/**
 * The prompt for a task in a format. The moderator gives way to the prompt that the task file has.
 *
 * @throws UserError when the task has no policy and the format needs one
 */
export function promptOf(format: PromptFormat, task: Task = TOXICITY): Prompt {
  if (format.name !== moderator.name) return format.of(task);
  if (task.prompt !== undefined) return customPrompt(task, task.prompt);
  const prompt = moderator.of(task);
  return task.answers ? withAnswers(prompt, task.answers) : prompt;
}

export {
  type ChatMessage,
  normalizeReply,
  type Prompt,
  type PromptFormat,
  promptId,
  pruned,
  type Reading,
  renderMessages,
  type VerdictWords,
} from './prompt.js';
