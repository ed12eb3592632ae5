import { openEstimator } from '../pricing/estimate.js';
import { promptFor, promptNamed, pruned, renderMessages } from '../prompts/index.js';
import { answerRoom, openChatModel, thinks } from './chat-model.js';
import type { Model } from './classifier.js';
import { priceOfTarget } from './model-price.js';
import type { SettledOptions } from './options.js';
import { isTunedWithoutPrompt, quirksOf } from './providers.js';
import type { Target } from './resolve.js';
import { openServer } from './server.js';

/**
 * Opens a chat model with the prompt that fits it, its price, and an estimator where one is needed.
 *
 * @throws UserError when a budget is set and nobody knows the price
 */
export async function openChatTarget(target: Target, options: SettledOptions): Promise<Model> {
  const { id, detour, provider } = target;
  if (detour !== undefined) options.onNote?.(detour);
  const prompt = choosePrompt(id, options);
  const price = await priceOfTarget(target, options);
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
  return openChatModel({ ...server, prompt, price, estimator, logprobs: options.logprobs });
}

function choosePrompt(id: string, { prompt: name, noSystemPrompt }: SettledOptions) {
  const prompt = name ? promptNamed(name) : promptFor(id);
  return noSystemPrompt || isTunedWithoutPrompt(id) ? pruned(prompt) : prompt;
}

const needsEstimator = ({ estimate, limits }: SettledOptions) =>
  estimate || limits?.budget !== undefined || limits?.tpm !== undefined;
