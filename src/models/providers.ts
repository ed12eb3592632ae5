/** A service or a server that speaks OpenAI's chat completions. */
export interface Provider {
  readonly name: string;
  /** Undefined where there is no usual address. */
  readonly baseUrl: string | undefined;
  /** The variable that holds another address. */
  readonly baseUrlEnv: string;
  /** The variable that holds the key, and whether a request needs one. */
  readonly keyEnv: string;
  readonly needsKey: boolean;
  /** A server that users run themselves, so that a token costs them nothing. */
  readonly isLocal?: true;
  /** For a hosted service that is gone: only an address of the user's own can stand behind it. */
  readonly ended?: { readonly on: string; readonly host: string; readonly story: string };
}

const hosted = (name: string, baseUrl: string, prefix: string): Provider => ({
  name,
  baseUrl,
  baseUrlEnv: `${prefix}_BASE_URL`,
  keyEnv: `${prefix}_API_KEY`,
  needsKey: true,
});

const local = (name: string, port: number, prefix: string): Provider => ({
  ...hosted(name, `http://localhost:${port}/v1`, prefix),
  needsKey: false,
  isLocal: true,
});

/** To add a provider, add its row. */
export const PROVIDERS: readonly Provider[] = [
  hosted('openai', 'https://api.openai.com/v1', 'OPENAI'),
  {
    name: 'octoai',
    baseUrl: undefined,
    baseUrlEnv: 'OCTOAI_BASE_URL',
    keyEnv: 'OCTOAI_TOKEN',
    needsKey: false,
    ended: {
      on: '2024-10-31',
      host: 'text.octoai.run',
      story: "OctoAI's hosted service ended on 2024-10-31",
    },
  },
  {
    name: 'openpipe',
    baseUrl: undefined,
    baseUrlEnv: 'OPENPIPE_BASE_URL',
    keyEnv: 'OPENPIPE_API_KEY',
    needsKey: false,
    ended: {
      on: '2026-07-30',
      host: 'api.openpipe.ai',
      story: 'OpenPipe stopped hosted inference on 2026-07-30',
    },
  },
  hosted('openrouter', 'https://openrouter.ai/api/v1', 'OPENROUTER'),
  hosted('together', 'https://api.together.xyz/v1', 'TOGETHER'),
  hosted('deepinfra', 'https://api.deepinfra.com/v1/openai', 'DEEPINFRA'),
  hosted('groq', 'https://api.groq.com/openai/v1', 'GROQ'),
  hosted('mistral', 'https://api.mistral.ai/v1', 'MISTRAL'),
  hosted('fireworks', 'https://api.fireworks.ai/inference/v1', 'FIREWORKS'),
  local('ollama', 11434, 'OLLAMA'),
  local('vllm', 8000, 'VLLM'),
  local('llamacpp', 8080, 'LLAMACPP'),
  local('lmstudio', 1234, 'LMSTUDIO'),
];

export function providerNamed(name: string): Provider | undefined {
  return PROVIDERS.find((provider) => provider.name === name);
}

export const isLocalProvider = (name: string) => providerNamed(name)?.isLocal ?? false;
