/** One way to reach the model that an alias means. */
export interface Route {
  readonly provider: string;
  /** The model's id there. */
  readonly id: string;
  /** The day from which it is not served, as YYYY-MM-DD. */
  readonly shutDown?: string;
}

/** Routes in order of preference; the first is what 2024 meant by the alias. */
type Routes = readonly [Route, ...Route[]];

/** Aliases that the help describes together. */
export interface AliasGroup {
  readonly description: string;
  readonly aliases: Readonly<Record<string, Routes>>;
}

const OPENAI_MODELS: AliasGroup['aliases'] = {
  gpt4: [
    { provider: 'openai', id: 'gpt-4-0125-preview', shutDown: '2026-03-26' },
    { provider: 'openai', id: 'gpt-4.1', shutDown: '2027-01-14' },
    { provider: 'openai', id: 'gpt-6-sol' },
  ],
  'gpt3.5': [
    { provider: 'openai', id: 'gpt-3.5-turbo-0125', shutDown: '2026-10-23' },
    { provider: 'openai', id: 'gpt-4o-mini', shutDown: '2027-01-14' },
    { provider: 'openai', id: 'gpt-6-luna' },
  ],
};

const OPEN_MODELS: AliasGroup['aliases'] = {
  'mistral-7b': [
    { provider: 'octoai', id: 'mistral-7b-instruct' },
    { provider: 'openrouter', id: 'mistralai/mistral-7b-instruct' },
    { provider: 'together', id: 'mistralai/Mistral-7B-Instruct-v0.3' },
    { provider: 'deepinfra', id: 'mistralai/Mistral-7B-Instruct-v0.3' },
    { provider: 'ollama', id: 'mistral:7b-instruct' },
    { provider: 'vllm', id: 'mistralai/Mistral-7B-Instruct-v0.3' },
  ],
  'mixtral-8x7b': [
    { provider: 'octoai', id: 'mixtral-8x7b-instruct' },
    { provider: 'openrouter', id: 'mistralai/mixtral-8x7b-instruct' },
    { provider: 'together', id: 'mistralai/Mixtral-8x7B-Instruct-v0.1' },
    { provider: 'deepinfra', id: 'mistralai/Mixtral-8x7B-Instruct-v0.1' },
    { provider: 'ollama', id: 'mixtral:8x7b' },
    { provider: 'vllm', id: 'mistralai/Mixtral-8x7B-Instruct-v0.1' },
  ],
  llamaguard: [
    { provider: 'octoai', id: 'llamaguard-7b' },
    { provider: 'openrouter', id: 'meta-llama/llama-guard-4-12b' },
    { provider: 'together', id: 'meta-llama/Llama-Guard-4-12B' },
    { provider: 'deepinfra', id: 'meta-llama/Llama-Guard-4-12B' },
    { provider: 'groq', id: 'meta-llama/llama-guard-4-12b', shutDown: '2026-03-05' },
    { provider: 'ollama', id: 'llama-guard3' },
    { provider: 'vllm', id: 'meta-llama/Llama-Guard-3-8B' },
  ],
};

/** To add an alias, add its routes. */
export const ALIAS_GROUPS: readonly AliasGroup[] = [
  {
    description: "OpenAI's, or what replaced them; OPENAI_API_KEY",
    aliases: OPENAI_MODELS,
  },
  {
    description: `the first server that is configured of ${servingProviders(OPEN_MODELS).join(', ')}`,
    aliases: OPEN_MODELS,
  },
];

/** The aliases of models that anybody may serve. */
export const OPEN_ALIASES: readonly string[] = Object.keys(OPEN_MODELS);

/** Every alias with its routes. */
export const ALIASES: AliasGroup['aliases'] = Object.assign(
  {},
  ...ALIAS_GROUPS.map(({ aliases }) => aliases),
);

/** Each provider that has a route which was not shut down, in order of preference. */
function servingProviders(aliases: AliasGroup['aliases']): string[] {
  const routes = Object.values(aliases).flat();
  const open = routes.filter(({ shutDown }) => shutDown === undefined);
  return [...new Set(open.map(({ provider }) => provider))];
}
