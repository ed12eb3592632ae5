import { type Env, readEnv } from '../env.js';
import type { PriceOverrides } from '../pricing/prices.js';
import type { PromptName } from '../prompts/index.js';
import type { SenderOptions } from '../requests/sender.js';
import type { Transport } from '../requests/transport.js';
import type { Task } from '../task/task.js';
import type { Constrain } from './constraint.js';

/** How a model is found and asked. Everything has a default. */
export interface ModelOptions {
  /** Where keys and addresses are read. Default: the environment, and `.env` behind it. */
  readonly env?: Env | undefined;
  /** Today as YYYY-MM-DD: some routes have ended. Default: the day it is, in UTC. */
  readonly today?: string | undefined;
  /** Any OpenAI-compatible server: the name is then its id for the model, as it stands. */
  readonly baseUrl?: string | undefined;
  /** The variable with that server's key. */
  readonly apiKeyEnv?: string | undefined;
  /** For a run that sends nothing. */
  readonly withoutKey?: boolean;
  /** Default: one that all share. It keeps no process alive, and need not be closed. */
  readonly transport?: Transport | undefined;
  /** Leave the instruction out, for a model that was tuned without it. */
  readonly noSystemPrompt?: boolean;
  /** What texts are labelled for. Default: toxicity. */
  readonly task?: Task | undefined;
  /** Use this prompt instead of the one that fits the model. */
  readonly prompt?: PromptName | undefined;
  /** Whether to request log-probabilities, which give scores; undefined: unless the model refuses. */
  readonly logprobs?: boolean | undefined;
  /** Whether the server is to hold the model to the labels. Default: auto, where it is known to. */
  readonly constrain?: Constrain | undefined;
  /** How much and how fast its server may be asked. */
  readonly limits?: Partial<SenderOptions> & { readonly timeoutMs?: number | undefined };
  /** Its rows are put to it in batches, so that they cost what they cost there. */
  readonly batch?: boolean | undefined;
  /** What the user says of prices. */
  readonly prices?: PriceOverrides;
  /** Load a tokenizer, to estimate tokens and cost. A budget and `tpm` need it too. */
  readonly estimate?: boolean;
  /** Told once where a name leads elsewhere than it used to. */
  readonly onNote?: ((note: string) => void) | undefined;
  /** Told of adaptations and retries. */
  readonly onDetail?: ((note: string) => void) | undefined;
}

/** The options with what a name is resolved by filled in. */
export type SettledOptions = ModelOptions & { readonly env: Env; readonly today: string };

/** @throws UserError when `.env` cannot be read */
export const settle = (options: ModelOptions): SettledOptions => ({
  ...options,
  env: options.env ?? readEnv(),
  today: options.today ?? new Date().toISOString().slice(0, 10),
});

/** Whether tokens and cost have to be foretold. */
export const needsEstimator = ({ estimate, limits }: SettledOptions) =>
  estimate || limits?.budget !== undefined || limits?.tpm !== undefined;
