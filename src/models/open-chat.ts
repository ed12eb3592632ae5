import { coded } from '../messages.js';
import { openEstimator } from '../pricing/estimate.js';
import {
  formatFor,
  PROMPTS,
  type PromptFormat,
  promptOf,
  pruned,
  renderMessages,
} from '../prompts/index.js';
import { TOXICITY } from '../task/task.js';
import { answerRoom, openChatModel } from './chat-model.js';
import type { Model } from './classifier.js';
import { answeredInJson, constraintFor } from './constraint.js';
import { batchPrice, priceOfTarget } from './model-price.js';
import { needsEstimator, type SettledOptions } from './options.js';
import { batchLimitsOf, isTunedWithoutPrompt, quirksOf } from './providers.js';
import type { Target } from './resolve.js';
import { openServer } from './server.js';
import { thinks } from './thinks.js';

/**
 * Opens a chat model with the prompt that fits it, its price, and an estimator where one is needed.
 *
 * @throws UserError when a budget is set and nobody knows the price
 */
export async function openChatTarget(target: Target, options: SettledOptions): Promise<Model> {
  const { id, detour, provider } = target;
  if (detour !== undefined) options.onNote?.(detour);
  const chosen = choosePrompt(id, options);
  const constraint = constraintFor(target, chosen, options.constrain);
  const prompt = constraint === 'schema' ? answeredInJson(chosen) : chosen;
  const directPrice = await priceOfTarget(target, options);
  const { share } = batchLimitsOf(provider);
  const price = options.batch ? batchPrice(directPrice, share) : directPrice;
  const estimator = needsEstimator(options)
    ? await openEstimator({
        encoding: quirksOf(provider).encodings?.find(([pattern]) => pattern.test(id))?.[1],
        price,
        mostAnswerTokens: answerRoom(id, prompt),
        thinks: thinks(id),
        messagesFor: (text) => renderMessages(prompt, text),
      })
    : undefined;
  const server = openServer(target, options);
  const { logprobs, limits: { budget, clock } = {} } = options;
  return openChatModel({
    ...server,
    prompt,
    price,
    directPrice,
    estimator,
    logprobs,
    constraint,
    budget,
    clock,
  });
}

function choosePrompt(id: string, options: SettledOptions) {
  const { prompt: name, noSystemPrompt, task = TOXICITY, onNote } = options;
  const format: PromptFormat = name ? PROMPTS[name] : formatFor(id);
  if (task.policy !== 'built-in' && !format.statesPolicy) {
    onNote?.(
      coded(
        'own-policy',
        `note: ${id} judges by a policy of its own, not by that of the task ${task.name}`,
      ),
    );
  }
  const prompt = promptOf(format, task);
  return noSystemPrompt || isTunedWithoutPrompt(id) ? pruned(prompt) : prompt;
}
