import type { Env } from '../env.js';
import { UserError } from '../errors.js';
import { promptFor, pruned } from '../prompts/index.js';
import { redactor } from '../requests/redact.js';
import type { Transport } from '../requests/transport.js';
import type { Model } from './classifier.js';
import { EMBEDDED, type ResolveOptions, resolveModel } from './resolve.js';

export interface ModelOptions extends ResolveOptions {
  readonly transport: Transport;
  /** Leave the instruction out, for a model that was tuned without it. */
  readonly noSystemPrompt?: boolean;
  readonly maxRetries?: number;
  /** Told once where a name leads elsewhere than it used to. */
  readonly onNote?: ((note: string) => void) | undefined;
  /** Told of adaptations and retries. */
  readonly onDetail?: ((note: string) => void) | undefined;
}

/** As many as the 2024 cookbook made. */
const DEFAULT_MAX_RETRIES = 6;

/**
 * Opens the model of a name. Nothing is sent yet, but names, addresses and keys are checked.
 *
 * @throws UserError when the name is unknown or its key is missing
 */
export async function openModel(name: string, options: ModelOptions): Promise<Model> {
  if (name === EMBEDDED) {
    if (options.baseUrl !== undefined) {
      throw new UserError(`--base-url ${options.baseUrl} comes without a model`, {
        hint: "name the server's id for the model with -m",
      });
    }
    const { openWordlist } = await import('./wordlist.js');
    return openWordlist();
  }
  const target = resolveModel(name, options);
  if (target.note !== undefined) options.onNote?.(target.note);
  const prompt = promptFor(target.id);
  const { openChatModel } = await import('./chat-model.js');
  return openChatModel({
    ...target,
    prompt: options.noSystemPrompt || isPruned(target.id) ? pruned(prompt) : prompt,
    transport: options.transport,
    redact: redactor([target.apiKey, ...secretsOf(options.env)]),
    maxRetries: options.maxRetries ?? DEFAULT_MAX_RETRIES,
    onNote: options.onDetail,
  });
}

/** OpenPipe's tuned models were trained without their prompt where the name says `-prune`. */
const isPruned = (id: string) => /^openpipe:.*-prune/.test(id) && !/-noprune/.test(id);

const secretsOf = (env: Env) =>
  Object.entries(env).flatMap(([name, value]) =>
    /(?:_KEY|_TOKEN|_SECRET|PASSWORD)$/.test(name) ? [value] : [],
  );

export type { Classifier, Model } from './classifier.js';
export { EMBEDDED, MODEL_NAMES, resolveModel } from './resolve.js';
