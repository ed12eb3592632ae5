import { describe, expect, it } from 'vitest';
import { UserError } from '../../src/errors.js';
import { ALIASES } from '../../src/models/aliases.js';
import { PROVIDERS } from '../../src/models/providers.js';
import { aliasTarget, customTarget, isAlias, providerTarget } from '../../src/models/resolve.js';

const resolve = (name: string, env: Record<string, string> = {}, today = '2026-11-23') =>
  (isAlias(name) ? aliasTarget : providerTarget)(name, { env, today });

function refusalOf(action: () => unknown): UserError {
  try {
    action();
  } catch (error) {
    if (error instanceof UserError) return error;
    throw error;
  }
  throw new Error('expected a UserError');
}

describe('gpt4 and gpt3.5', () => {
  const env = { OPENAI_API_KEY: 'key' };

  it('meant the models of 2024 while they were served', () => {
    expect(resolve('gpt4', env, '2026-03-25')).toEqual({
      provider: 'openai',
      id: 'gpt-4-0125-preview',
      baseUrl: 'https://api.openai.com/v1',
      apiKey: 'key',
      keyEnv: 'OPENAI_API_KEY',
    });
    expect(resolve('gpt3.5', env, '2026-10-22').id).toBe('gpt-3.5-turbo-0125');
  });

  it('lead to the next that is served, and say why', () => {
    expect(resolve('gpt4', env)).toMatchObject({
      id: 'gpt-4.1',
      detour:
        'gpt-4-0125-preview was shut down on 2026-03-26: using gpt-4.1; pin another with openai:ID',
    });
    expect(resolve('gpt3.5', env).id).toBe('gpt-4o-mini');
    expect(resolve('gpt4', env, '2027-01-14').id).toBe('gpt-6-sol');
    expect(resolve('gpt3.5', env, '2030-01-01').id).toBe('gpt-6-luna');
  });

  it('go to OPENAI_BASE_URL where it is set', () => {
    const moved = { ...env, OPENAI_BASE_URL: 'http://gateway:9/v1' };
    expect(resolve('gpt4', moved).baseUrl).toBe('http://gateway:9/v1');
  });

  it('name the missing key', () => {
    expect(refusalOf(() => resolve('gpt4')).message).toBe(
      'OPENAI_API_KEY is not set, and openai needs it',
    );
  });
});

describe.each(['mistral-7b', 'mixtral-8x7b', 'llamaguard'])('%s', (alias) => {
  it("goes to OctoAI's protocol first, with or without a key", () => {
    const env = { OCTOAI_BASE_URL: 'http://localhost:1/v1', OPENROUTER_API_KEY: 'key' };
    expect(resolve(alias, env)).toEqual({
      provider: 'octoai',
      id: ALIASES[alias]?.[0].id,
      baseUrl: 'http://localhost:1/v1',
      apiKey: undefined,
      keyEnv: 'OCTOAI_TOKEN',
    });
    expect(resolve(alias, { ...env, OCTOAI_TOKEN: 'token' }).apiKey).toBe('token');
  });

  it('goes to the first that is configured, in order', () => {
    const keys = { TOGETHER_API_KEY: 'key', OLLAMA_BASE_URL: 'http://localhost:2/v1' };
    expect(resolve(alias, { ...keys, OPENROUTER_API_KEY: 'key' }).provider).toBe('openrouter');
    expect(resolve(alias, keys).provider).toBe('together');
    expect(resolve(alias, { DEEPINFRA_API_KEY: 'key' }).provider).toBe('deepinfra');
    expect(resolve(alias, { OLLAMA_BASE_URL: 'http://localhost:2/v1' }).provider).toBe('ollama');
    expect(resolve(alias, { VLLM_BASE_URL: 'http://localhost:3/v1' }).provider).toBe('vllm');
    expect(resolve(alias, keys).detour).toContain(
      "OctoAI's hosted service ended on 2024-10-31: using ",
    );
  });

  it('lists each way and its variable where nothing is configured', () => {
    const { message, hint } = refusalOf(() => resolve(alias));
    expect(message).toBe(`nothing is configured that serves ${alias}`);
    for (const variable of [
      'OCTOAI_BASE_URL=URL',
      'OPENROUTER_API_KEY=KEY',
      'TOGETHER_API_KEY=KEY',
      'DEEPINFRA_API_KEY=KEY',
      'OLLAMA_BASE_URL=URL',
      'VLLM_BASE_URL=URL',
    ]) {
      expect(hint).toContain(variable);
    }
  });

  it('tells a user with an OctoAI token alone that the service ended', () => {
    expect(refusalOf(() => resolve(alias, { OCTOAI_TOKEN: 'token' })).message).toContain(
      "OCTOAI_TOKEN is set, but OctoAI's hosted service ended on 2024-10-31",
    );
    const dead = { OCTOAI_TOKEN: 'token', OCTOAI_BASE_URL: 'https://text.octoai.run/v1' };
    expect(refusalOf(() => resolve(alias, dead)).message).toContain('ended on 2024-10-31');
  });
});

it('does not offer Llama Guard at Groq, which left there', () => {
  expect(refusalOf(() => resolve('llamaguard', { GROQ_API_KEY: 'key' })).hint).not.toContain(
    'GROQ',
  );
  expect(resolve('llamaguard', { GROQ_API_KEY: 'key' }, '2026-03-04').provider).toBe('groq');
});

describe('openpipe:NAME', () => {
  it('is sent whole to OPENPIPE_BASE_URL', () => {
    const env = { OPENPIPE_BASE_URL: 'http://localhost:1/v1', OPENPIPE_API_KEY: 'key' };
    expect(resolve('openpipe:my-model', env)).toEqual({
      provider: 'openpipe',
      id: 'openpipe:my-model',
      baseUrl: 'http://localhost:1/v1',
      apiKey: 'key',
      keyEnv: 'OPENPIPE_API_KEY',
    });
  });

  it('says that hosted inference stopped', () => {
    const { message, hint } = refusalOf(() => resolve('openpipe:x', { OPENPIPE_API_KEY: 'key' }));
    expect(message).toBe('OpenPipe stopped hosted inference on 2026-07-30');
    expect(hint).toContain('OPENPIPE_BASE_URL');
  });
});

describe('PROVIDER:ID', () => {
  it.each(PROVIDERS.filter(({ ended, baseUrl }) => !ended && baseUrl !== undefined))(
    '$name takes its key and its own address',
    (provider) => {
      const key = { [provider.keyEnv]: 'key' };
      const target = resolve(`${provider.name}:a:b/c`, key);
      expect(target).toMatchObject({ provider: provider.name, id: 'a:b/c', apiKey: 'key' });
      expect(target.baseUrl).toBe(provider.baseUrl);
      const moved = { ...key, [provider.baseUrlEnv]: 'http://localhost:7/v1' };
      expect(resolve(`${provider.name}:x`, moved).baseUrl).toBe('http://localhost:7/v1');
      if (provider.needsKey) {
        expect(refusalOf(() => resolve(`${provider.name}:x`)).message).toContain(provider.keyEnv);
      } else expect(resolve(`${provider.name}:x`).apiKey).toBeUndefined();
    },
  );

  it('azure needs the address of its resource, and its key', () => {
    const url = 'https://mine.openai.azure.com/openai/v1';
    const set = { AZURE_OPENAI_BASE_URL: url, AZURE_OPENAI_API_KEY: 'key' };
    expect(resolve('azure:my-gpt', set)).toMatchObject({ id: 'my-gpt', baseUrl: url });
    const { message, hint } = refusalOf(() => resolve('azure:my-gpt'));
    expect(message).toBe('azure has no usual address');
    expect(hint).toContain('AZURE_OPENAI_BASE_URL');
  });

  it('refuses an address that is none', () => {
    expect(refusalOf(() => resolve('vllm:x', { VLLM_BASE_URL: 'localhost:8000' })).message).toBe(
      'VLLM_BASE_URL is "localhost:8000", not a web address',
    );
  });
});

describe('a base URL', () => {
  const options = {
    env: { OPENAI_API_KEY: 'secret', MY_KEY: 'mine' },
    today: '2026-11-23',
    baseUrl: 'http://localhost:1/v1',
  };

  it('sends the name as it stands and no key but the one named', () => {
    expect(customTarget('mistral:7b', options)).toEqual({
      provider: 'custom',
      id: 'mistral:7b',
      baseUrl: 'http://localhost:1/v1',
      apiKey: undefined,
      keyEnv: undefined,
    });
    expect(customTarget('x', { ...options, apiKeyEnv: 'MY_KEY' })).toMatchObject({
      apiKey: 'mine',
      keyEnv: 'MY_KEY',
    });
  });

  it('refuses a variable that is not set, and an address that is none', () => {
    const refused = (more: object) => refusalOf(() => customTarget('x', { ...options, ...more }));
    expect(refused({ apiKeyEnv: 'NONE' }).message).toBe('`apiKeyEnv` names NONE, which is not set');
    expect(refused({ baseUrl: 'ftp://x' }).message).toBe(
      '`baseUrl` is "ftp://x", not a web address',
    );
    expect(refused({ baseUrl: 'http://me:secret@localhost/v1' }).message).toBe(
      '`baseUrl` holds a user name or a password',
    );
  });
});

it('has routes of known providers only', () => {
  const names = PROVIDERS.map(({ name }) => name);
  for (const route of Object.values(ALIASES).flat()) expect(names).toContain(route.provider);
});
