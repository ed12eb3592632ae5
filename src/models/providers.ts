import type { EncodingName } from '../pricing/tokens.js';

/** Where a provider differs from the rest. What is left out holds for most of them. */
export interface Quirks {
  /** A server that users run themselves, so that a token costs them nothing. */
  readonly isLocal?: true;
  /** Its name in genai-prices; undefined where it is not listed there. */
  readonly genaiProvider?: string;
  /** The published encodings of its models, by the look of their ids; the first that fits counts. */
  readonly encodings?: readonly (readonly [pattern: RegExp, encoding: EncodingName])[];
  /** The parameter that limits an answer's tokens. Default: max_tokens. */
  readonly answerLimit?: 'max_completion_tokens';
  /** Its models that think before they answer refuse a request for log-probabilities. */
  readonly noLogprobsWithThinking?: true;
  /** It gets the headers that the SDK makes of variables such as OPENAI_ORG_ID. */
  readonly takesSdkHeaders?: true;
  /** Its protocol sends the name whole: `openpipe:NAME`. */
  readonly keepsPrefix?: true;
  /** The ids of models that were tuned without their instruction, wherever they are served. */
  readonly tunedWithoutPrompt?: RegExp;
  /** An alias leads there even without a key, so that the error names the missing key. */
  readonly isExpected?: true;
  /**
   * Another protocol than OpenAI's: Anthropic's messages, or the severities of Azure's content safety.
   * Neither has log-probabilities, nor batches like these.
   */
  readonly speaks?: 'messages' | 'severities';
  /** How it holds a model to a list of texts, where it is known to. */
  readonly constraint?: 'choice' | 'grammar';
  /** Its moderation endpoint, where it is known to have one. */
  readonly moderation?: 'free' | 'paid';
  /** Where its batches differ from the usual. */
  readonly batch?: Partial<BatchLimits>;
}

/** What a server takes in one file of requests, how long it may take, and what it asks for it. */
export interface BatchLimits {
  readonly requests: number;
  readonly bytes: number;
  /** As the server writes it. */
  readonly window: '24h';
  /** Of the price of a request that is answered at once; 1 also where nobody knows it. */
  readonly share: number;
}

/** What most say, with a price that is never too low. */
const USUAL_BATCH: BatchLimits = { requests: 50_000, bytes: 200e6, window: '24h', share: 1 };

/** What the provider of a name takes in a batch. */
export const batchLimitsOf = (provider: string): BatchLimits => ({
  ...USUAL_BATCH,
  ...quirksOf(provider).batch,
});

/** A service or a server that speaks OpenAI's chat completions. */
export interface Provider extends Quirks {
  readonly name: string;
  /** Undefined where there is no usual address. */
  readonly baseUrl: string | undefined;
  /** The variable that holds another address. */
  readonly baseUrlEnv: string;
  /** The variable that holds the key, and whether a request needs one. */
  readonly keyEnv: string;
  readonly needsKey: boolean;
  /** For a hosted service that has ended: it is only served at an address that the user sets. */
  readonly ended?: { readonly host: string; readonly story: string };
}

const hosted = (name: string, baseUrl: string, quirks: Quirks = { genaiProvider: name }) => ({
  ...quirks,
  name,
  baseUrl,
  baseUrlEnv: `${name.toUpperCase()}_BASE_URL`,
  keyEnv: `${name.toUpperCase()}_API_KEY`,
  needsKey: true,
});

const local = (name: string, port: number, quirks: Quirks = {}): Provider => ({
  ...hosted(name, `http://localhost:${port}/v1`, { ...quirks, isLocal: true }),
  needsKey: false,
});

/** To add a provider, add its row, and its variables to .env.example. */
export const PROVIDERS: readonly Provider[] = [
  hosted('openai', 'https://api.openai.com/v1', {
    genaiProvider: 'openai',
    encodings: [
      [/^(?:gpt-4o|gpt-4\.1|chatgpt-4o|o1|o3|o4)/, 'o200k_base'],
      [/^(?:gpt-4|gpt-3\.5)/, 'cl100k_base'],
    ],
    answerLimit: 'max_completion_tokens',
    noLogprobsWithThinking: true,
    takesSdkHeaders: true,
    isExpected: true,
    moderation: 'free',
    // OpenAI's answers on the batch API: each model at half its price.
    batch: { share: 0.5 },
  }),
  {
    name: 'octoai',
    baseUrl: undefined,
    baseUrlEnv: 'OCTOAI_BASE_URL',
    keyEnv: 'OCTOAI_TOKEN',
    needsKey: false,
    ended: { host: 'text.octoai.run', story: "OctoAI's hosted service ended on 2024-10-31" },
  },
  {
    name: 'openpipe',
    baseUrl: undefined,
    baseUrlEnv: 'OPENPIPE_BASE_URL',
    keyEnv: 'OPENPIPE_API_KEY',
    needsKey: false,
    ended: { host: 'api.openpipe.ai', story: 'OpenPipe stopped hosted inference on 2026-07-30' },
    keepsPrefix: true,
    tunedWithoutPrompt: /^openpipe:(?!.*-noprune).*-prune/,
  },
  hosted('openrouter', 'https://openrouter.ai/api/v1'),
  hosted('together', 'https://api.together.xyz/v1', {
    genaiProvider: 'together',
    // Some models cost half, which ones changes.
    batch: { bytes: 100e6 },
  }),
  hosted('deepinfra', 'https://api.deepinfra.com/v1/openai', {}),
  hosted('groq', 'https://api.groq.com/openai/v1'),
  hosted('mistral', 'https://api.mistral.ai/v1', {
    genaiProvider: 'mistral',
    moderation: 'paid',
  }),
  hosted('fireworks', 'https://api.fireworks.ai/inference/v1'),
  hosted('gemini', 'https://generativelanguage.googleapis.com/v1beta/openai', {
    genaiProvider: 'google',
    // Google's announcement of the batch mode: 50% less than the standard rate of a model.
    batch: { share: 0.5 },
  }),
  // An id may end in `:PROVIDER`, whom the router then asks.
  { ...hosted('huggingface', 'https://router.huggingface.co/v1', {}), keyEnv: 'HF_TOKEN' },
  {
    name: 'azure',
    // https://NAME.openai.azure.com/openai/v1; an id is the name of a deployment.
    baseUrl: undefined,
    baseUrlEnv: 'AZURE_OPENAI_BASE_URL',
    keyEnv: 'AZURE_OPENAI_API_KEY',
    needsKey: true,
    genaiProvider: 'azure',
    answerLimit: 'max_completion_tokens',
    noLogprobsWithThinking: true,
    // Microsoft's page on batch deployments: 50% less than global standard.
    batch: { share: 0.5 },
  },
  hosted('anthropic', 'https://api.anthropic.com/v1', {
    genaiProvider: 'anthropic',
    speaks: 'messages',
  }),
  local('ollama', 11434),
  local('vllm', 8000, { constraint: 'choice' }),
  local('llamacpp', 8080, { constraint: 'grammar' }),
  local('lmstudio', 1234),
];

/** Azure's content safety, which moderates and has no chats. */
export const CONTENT_SAFETY: Provider = {
  name: 'content-safety',
  // https://NAME.cognitiveservices.azure.com
  baseUrl: undefined,
  baseUrlEnv: 'CONTENT_SAFETY_ENDPOINT',
  keyEnv: 'CONTENT_SAFETY_KEY',
  needsKey: true,
  moderation: 'paid',
  speaks: 'severities',
};

/** What a row records as its provider where none of the above was asked. */
export const CUSTOM = 'custom';
export const EMBEDDED_PROVIDER = 'embedded';

const OTHER_QUIRKS: ReadonlyMap<string, Quirks> = new Map<string, Quirks>([
  [EMBEDDED_PROVIDER, { isLocal: true }],
  [CONTENT_SAFETY.name, CONTENT_SAFETY],
]);

export function providerNamed(name: string): Provider | undefined {
  return PROVIDERS.find((provider) => provider.name === name);
}

/** What is particular about the provider of a name, as rows record it; nothing of an unknown one. */
export const quirksOf = (name: string): Quirks =>
  providerNamed(name) ?? OTHER_QUIRKS.get(name) ?? {};

/** Whether the id is that of a model which was tuned without its instruction. */
export const isTunedWithoutPrompt = (id: string) =>
  PROVIDERS.some(({ tunedWithoutPrompt }) => tunedWithoutPrompt?.test(id));
