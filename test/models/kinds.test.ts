import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { openModel } from '../../src/models/index.js';
import { MODEL_KINDS, MODEL_NAMES } from '../../src/models/kinds.js';
import type { ModelOptions } from '../../src/models/options.js';
import { PROVIDERS } from '../../src/models/providers.js';
import { Budget } from '../../src/requests/budget.js';
import type { Sample } from '../../src/sample.js';
import { startModelServer } from '../helpers/model-server.js';

const BASE_URL = 'http://localhost:1/v1';

/** A variable for each key and each address. */
const CONFIGURED = Object.fromEntries(
  PROVIDERS.flatMap(({ keyEnv, baseUrlEnv }) => [
    [keyEnv, 'key'],
    [baseUrlEnv, BASE_URL],
  ]),
);

const open = (name: string, options: ModelOptions = {}) =>
  openModel(name, { env: CONFIGURED, today: '2026-11-23', ...options });

const refusal = async (name: string, options: ModelOptions = {}) => {
  const opened = open(name, options);
  return (await opened.then(
    () => expect.fail(`${name} was opened`),
    (error: unknown) => error,
  )) as Error & { hint?: string };
};

const sample = (text: string): Sample => ({
  id: null,
  index: 0,
  text,
  label: null,
  humanChecked: null,
  jailbreaking: null,
});

describe('the kinds of models', () => {
  it.each([
    ['wordlist', 'wordlist', 'embedded'],
    ['gpt4', 'gpt-4.1', 'openai'],
    ['mistral-7b', 'mistral-7b-instruct', 'octoai'],
    ['openpipe:mine', 'openpipe:mine', 'openpipe'],
    ['moderation:omni-moderation-latest', 'omni-moderation-latest', 'openai'],
    ['moderation:openai:text-moderation-latest', 'text-moderation-latest', 'openai'],
    ['moderation:mistral:mistral-moderation-2603', 'mistral-moderation-2603', 'mistral'],
    ['vllm:some/model:tag', 'some/model:tag', 'vllm'],
  ])('%s opens %s at %s', async (name, id, provider) => {
    expect(await open(name)).toMatchObject({ id, provider });
  });

  it.each([
    ['gpt4', 'gpt4'],
    ['openai:gpt-4.1', 'openai:gpt-4.1'],
    ['openpipe:mine', 'openpipe:mine'],
    ['moderation:mine', 'mine'],
  ])('%s at a base URL is %s there', async (name, id) => {
    expect(await open(name, { baseUrl: BASE_URL })).toMatchObject({ id, provider: 'custom' });
  });

  it('that run here refuse a base URL', async () => {
    const message = async (name: string) => (await refusal(name, { baseUrl: BASE_URL })).message;
    expect(await message('wordlist')).toBe(`\`baseUrl\` ${BASE_URL} comes without a model`);
    expect(await message('student:s.json')).toBe(
      `\`baseUrl\` ${BASE_URL} does not go with student:s.json, which runs here`,
    );
  });

  it('for moderation are at OpenAI and Mistral, or at a base URL', async () => {
    const { message, hint } = await refusal('moderation:groq:any');
    expect(message).toBe('no moderation endpoint of groq is known');
    expect(hint).toContain('`baseUrl`');
    const limits = { budget: new Budget(1) };
    const { message: unpriced } = await refusal('moderation:mistral:new', { limits });
    expect(unpriced).toBe('`maxCost` needs a price, and that of new at mistral is unknown');
  });

  it('have no name twice', () => {
    expect(new Set(MODEL_NAMES).size).toBe(MODEL_NAMES.length);
    expect(MODEL_KINDS.flatMap(({ names, form }) => form ?? names)).not.toContain('');
  });
});

describe('an unknown name', () => {
  it.each([
    ['gtp4', 'did you mean gpt4?'],
    ['mistral7b', 'did you mean mistral-7b or'],
    ['llama-guard', 'did you mean llamaguard?'],
    ['GPT4', 'did you mean gpt4'],
    ['opnai:gpt-4.1', 'did you mean openai:gpt-4.1?'],
    ['studnet:mine.json', 'did you mean student:mine.json?'],
    ['moderaton:x', 'did you mean moderation:x?'],
    ['toString', 'Names are'],
    ['moderation:', 'Names are'],
  ])('%s: %s', async (name, suggestion) => {
    const { message, hint } = await refusal(name);
    expect(message).toBe(`unknown model "${name}"`);
    expect(hint).toContain(suggestion);
  });

  it('lists the names where none is near', async () => {
    expect((await refusal('claude')).hint).toMatch(
      /^Names are wordlist, student:FILE, human, cascade:FILE, gpt4/,
    );
  });
});

describe('whether a model gives scores', () => {
  it.each<[string, ModelOptions, string]>([
    ['wordlist', {}, 'never'],
    ['moderation:omni-moderation-latest', {}, 'always'],
    ['vllm:m', {}, 'maybe'],
    ['vllm:m', { logprobs: true }, 'maybe'],
    ['vllm:m', { logprobs: false }, 'never'],
    // OpenAI's thinking models refuse log-probabilities, and are not asked for them.
    ['openai:gpt-6-sol', {}, 'never'],
    ['openai:gpt-6-sol', { logprobs: true }, 'maybe'],
  ])('%s, %j: %s', async (name, options, scores) => {
    expect((await open(name, options)).scores).toBe(scores);
  });
});

describe('without options', () => {
  it('opens what needs no key', async () => {
    const model = await openModel('wordlist');
    expect(await model.classify(sample('river'), AbortSignal.timeout(1000))).toMatchObject({
      label: 'negative',
    });
  });

  it('reads the keys and addresses of the environment', async () => {
    const server = await startModelServer(() => 'toxic');
    onTestFinished(() => server.close());
    setVariables({ OPENAI_API_KEY: 'key-of-openai', OPENAI_BASE_URL: server.url });
    const model = await openModel('gpt4');
    const verdict = await model.classify(sample('river'), AbortSignal.timeout(5000));
    expect(verdict).toMatchObject({ outcome: 'answered', label: 'positive' });
    expect(server.requests[0]?.headers.authorization).toBe('Bearer key-of-openai');
  });
});

function setVariables(variables: Record<string, string>): void {
  for (const [name, value] of Object.entries(variables)) vi.stubEnv(name, value);
  onTestFinished(() => {
    vi.unstubAllEnvs();
  });
}
