import { UserError } from '../errors.js';
import { openEstimator } from '../pricing/estimate.js';
import { findPrice, type PriceOverrides, priceUnknown } from '../pricing/prices.js';
import {
  type PromptName,
  promptFor,
  promptNamed,
  pruned,
  renderMessages,
} from '../prompts/index.js';
import type { SenderOptions } from '../requests/sender.js';
import type { Transport } from '../requests/transport.js';
import type { Model } from './classifier.js';
import { EMBEDDED, type ResolveOptions, resolveModel, STUDENT } from './resolve.js';
import type { Server } from './server.js';

export interface ModelOptions extends ResolveOptions {
  readonly transport: Transport;
  /** Leave the instruction out, for a model that was tuned without it. */
  readonly noSystemPrompt?: boolean;
  /** Ask with this prompt, whatever the model. */
  readonly prompt?: PromptName | undefined;
  /** Ask for the probabilities behind a verdict; undefined: where a model may give them. */
  readonly logprobs?: boolean | undefined;
  /** How much and how fast its server may be asked. */
  readonly limits?: Partial<SenderOptions> & { readonly timeoutMs?: number | undefined };
  /** What the user says of prices. */
  readonly prices?: PriceOverrides;
  /** Load a tokenizer, to foretell tokens and cost. A budget and `tpm` need it too. */
  readonly estimate?: boolean;
  /** Told once where a name leads elsewhere than it used to. */
  readonly onNote?: ((note: string) => void) | undefined;
  /** Told of adaptations and retries. */
  readonly onDetail?: ((note: string) => void) | undefined;
}

/**
 * Opens the model of a name. Nothing is sent yet, but names, addresses and keys are checked.
 *
 * @throws UserError when the name is unknown, its key is missing, or a budget is set and nobody
 *   knows its price
 */
export async function openModel(name: string, options: ModelOptions): Promise<Model> {
  if (name === EMBEDDED) {
    refuseBaseUrl(options, 'comes without a model');
    const { openWordlist } = await import('./wordlist.js');
    return openWordlist();
  }
  if (name.startsWith(STUDENT)) {
    refuseBaseUrl(options, `does not go with ${name}, which runs here`);
    const { openStudent } = await import('./student.js');
    const { openEmbedder } = await import('./embedder.js');
    return openStudent(name.slice(STUDENT.length), {
      openEmbedder: (id) => openEmbedder(id, options),
    });
  }
  const isModeration = name.startsWith(MODERATION);
  const target = resolveModel(isModeration ? name.replace(MODERATION, 'openai:') : name, options);
  if (target.note !== undefined) options.onNote?.(target.note);
  const { openServer } = await import('./server.js');
  const server = openServer(target, options);
  const { onDetail: onNote } = options;
  if (isModeration) {
    const { openModerationModel } = await import('./moderation-model.js');
    return openModerationModel({ ...server, onNote });
  }
  return openChat(server, { ...options, onNote });
}

/** OpenAI's moderation endpoint, by the model that answers there. */
const MODERATION = 'moderation:';

async function openChat(target: Server, options: ModelOptions): Promise<Model> {
  const { limits = {}, onNote, logprobs } = options;
  const ownPrompt = options.prompt ? promptNamed(options.prompt) : promptFor(target.id);
  const prompt = options.noSystemPrompt || isPruned(target.id) ? pruned(ownPrompt) : ownPrompt;
  const price = await findPrice({ ...target, hasKey: target.apiKey !== undefined }, options.prices);
  if (limits.budget && !price) throw priceUnknown(target.id, target.provider);
  const { answerRoom, openChatModel, thinks } = await import('./chat-model.js');
  const estimator = needsEstimator(options)
    ? await openEstimator({
        ...target,
        price,
        mostAnswerTokens: answerRoom(target.id, prompt),
        thinks: thinks(target.id),
        messagesFor: (text) => renderMessages(prompt, text),
      })
    : undefined;
  return openChatModel({ ...target, prompt, price, estimator, logprobs, onNote });
}

function refuseBaseUrl({ baseUrl }: ModelOptions, why: string): void {
  if (baseUrl === undefined) return;
  throw new UserError(`--base-url ${baseUrl} ${why}`, {
    hint: "name the server's id for the model with -m",
  });
}

const needsEstimator = ({ estimate, limits }: ModelOptions) =>
  estimate || limits?.budget !== undefined || limits?.tpm !== undefined;

/** OpenPipe's tuned models were trained without their prompt where the name says `-prune`. */
const isPruned = (id: string) => /^openpipe:.*-prune/.test(id) && !/-noprune/.test(id);

export type { Classifier, Model } from './classifier.js';
export { EMBEDDED, MODEL_NAMES, resolveModel } from './resolve.js';
