import type { Model } from './classifier.js';
import { MODEL_KINDS } from './kinds.js';
import { type ModelOptions, settle } from './options.js';
import { unknownModel } from './unknown-model.js';

/**
 * Opens the model of a name, such as `wordlist`, `gpt4` or `vllm:my-model`. Nothing is sent yet,
 * but names, addresses and keys are checked.
 *
 * @throws UserError when the name is unknown, its key is missing, or a budget is set and nobody
 *   knows its price
 */
export async function openModel(name: string, options: ModelOptions = {}): Promise<Model> {
  const kind = MODEL_KINDS.find(({ matches }) => matches(name, options));
  if (!kind) throw unknownModel(name);
  return kind.open(name, settle(options));
}

export type { Classifier, Model } from './classifier.js';
export type { ModelOptions } from './options.js';
