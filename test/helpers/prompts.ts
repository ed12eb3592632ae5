import { formatFor, PROMPTS, type PromptName, promptOf } from '../../src/prompts/index.js';

/** The prompts of the built-in task. */
export const promptNamed = (name: PromptName) => promptOf(PROMPTS[name]);
export const promptFor = (modelId: string) => promptOf(formatFor(modelId));

export const moderator = promptNamed('moderator');
export const llamaGuard = promptNamed('llama-guard');
export const shieldGemma = promptNamed('shield-gemma');
export const wildGuard = promptNamed('wild-guard');
export const graniteGuardian = promptNamed('granite-guardian');
export const graniteGuardian4 = promptNamed('granite-guardian-4');
export const gptOssSafeguard = promptNamed('gpt-oss-safeguard');
