import { describe, expect, it, onTestFinished } from 'vitest';
import { EXIT } from '../../src/errors.js';
import { openEmbedder } from '../../src/models/embedder.js';
import { openModel } from '../../src/models/index.js';
import type { ModelOptions } from '../../src/models/options.js';
import { Budget } from '../../src/requests/budget.js';
import { type Answering, refusal, startModelServer } from '../helpers/model-server.js';
import { sampleOf } from '../helpers/sample.js';

async function serve(answering: Answering) {
  const server = await startModelServer(answering);
  onTestFinished(() => server.close());
  return server;
}

const sample = sampleOf('river');

const { signal } = new AbortController();

const ask = async (name: string, options: ModelOptions) =>
  (await openModel(name, options)).classify(sample, signal);

const moderation: Answering = () => ({
  json: {
    results: [
      {
        flagged: false,
        categories: { harassment: false, violence: false },
        category_scores: { harassment: 0.4, violence: 0.05 },
      },
    ],
  },
});

describe('moderation:ID', () => {
  it('at a base URL asks for that id there, and records it', async () => {
    const { url, requests } = await serve(moderation);
    const options = { env: { MY_KEY: 'key-of-mine' }, baseUrl: url, apiKeyEnv: 'MY_KEY' };
    const model = await openModel('moderation:my-guard', options);
    expect(model).toMatchObject({ id: 'my-guard', provider: 'custom' });
    expect(await model.classify(sample, signal)).toMatchObject({ score: 0.4, categories: [] });
    expect(requests[0]?.path).toBe('/v1/moderations');
    expect(requests[0]?.body.model).toBe('my-guard');
    expect(requests[0]?.headers.authorization).toBe('Bearer key-of-mine');
  });
});

describe('moderation:mistral:ID', () => {
  const reply = {
    usage: { prompt_tokens: 1_000_000, completion_tokens: 0, total_tokens: 1_000_089 },
    results: [{ categories: { pii: true }, category_scores: { pii: 0.9, sexual: 0.1 } }],
  };

  it.each([
    ['unknown where nobody knows the price', undefined, null],
    ['that of its tokens at the price that the user gives', { input: 0.1, output: 0 }, 0.1],
  ])('asks Mistral, and a row costs %s', async (_, given, costUsd) => {
    const { url, requests } = await serve(() => ({ json: reply }));
    const env = { MISTRAL_API_KEY: 'key-of-mistral', MISTRAL_BASE_URL: url };
    const prices = { price: given && { ...given, basis: 'as told' } };
    const name = 'moderation:mistral:mistral-moderation-2603';
    const model = await openModel(name, { env, prices });
    expect(model).toMatchObject({ id: 'mistral-moderation-2603', provider: 'mistral' });
    expect(model.batch).toBeUndefined();
    expect(await model.classify(sample, signal)).toMatchObject({
      label: 'negative',
      score: 0.1,
      categories: ['pii'],
      costUsd,
    });
    expect(requests[0]?.path).toBe('/v1/moderations');
    expect(requests[0]?.headers.authorization).toBe('Bearer key-of-mistral');
  });
});

describe('moderation:content-safety:severity-N', () => {
  /** As the service's SDK reads one, with its eight levels. */
  const analysis = (hate: number) => ({
    blocklistsMatch: [],
    categoriesAnalysis: [
      { category: 'Hate', severity: hate },
      { category: 'SelfHarm', severity: 0 },
      { category: 'Sexual', severity: 2 },
      { category: 'Violence', severity: 0 },
    ],
  });
  const envOf = (url: string) => ({
    CONTENT_SAFETY_KEY: 'key-of-azure',
    CONTENT_SAFETY_ENDPOINT: url.replace(/\/v1$/, ''),
  });
  const NAME = 'moderation:content-safety:severity-4';

  it.each([
    [5, { label: 'positive', score: 5 / 7, categories: ['Hate'] }],
    [3, { label: 'negative', score: 3 / 7, categories: [] }],
  ])('asks Azure, and takes Hate %d for %j', async (severity, answer) => {
    const { url, requests } = await serve(() => ({ json: analysis(severity) }));
    const model = await openModel(NAME, { env: envOf(url) });
    expect(model).toMatchObject({ id: 'severity-4', provider: 'content-safety' });
    expect(model.batch).toBeUndefined();
    const verdict = await model.classify(sample, signal);
    expect(verdict).toMatchObject({ outcome: 'answered', ...answer, costUsd: null });
    const [request] = requests;
    expect(request?.path).toBe('/contentsafety/text:analyze?api-version=2023-10-01');
    expect(request?.headers).toMatchObject({ 'ocp-apim-subscription-key': 'key-of-azure' });
    expect(request?.headers.authorization).toBeUndefined();
    expect(request?.body).toEqual({ text: sample.text, outputType: 'EightSeverityLevels' });
  });

  it('is expected to answer without tokens', async () => {
    const env = envOf('http://127.0.0.1:9/v1');
    const { estimator } = await openModel(NAME, { env, estimate: true });
    expect(estimator?.answer).toEqual({ low: 0, expected: 0, most: 0 });
  });

  it.each(['severity-0', 'severity-8', 'high', 'severity-4 '])('knows no %j', async (id) => {
    await expect(
      openModel(`moderation:content-safety:${id}`, { env: envOf('http://127.0.0.1:9/v1') }),
    ).rejects.toThrow(`content safety has no model "${id}"`);
  });

  it('says what it needs, and that it has no chats', async () => {
    await expect(openModel(NAME, { env: {} })).rejects.toThrow(
      'content-safety has no usual address',
    );
    await expect(openModel('content-safety:severity-4', { env: {} })).rejects.toThrow(
      'unknown model "content-safety:severity-4"',
    );
  });
});

describe('a refused key', () => {
  const refuse = (status = 401) => serve(() => refusal(status, { message: 'no' }));

  it.each([
    ['openai:m', 'OPENAI_API_KEY', 'OPENAI_BASE_URL', 401],
    ['moderation:m', 'OPENAI_API_KEY', 'OPENAI_BASE_URL', 403],
    ['octoai:m', 'OCTOAI_TOKEN', 'OCTOAI_BASE_URL', 401],
  ])('of %s is named by its variable', async (name, keyEnv, baseUrlEnv, status) => {
    const { url } = await refuse(status);
    await expect(
      ask(name, { env: { [keyEnv]: 'the-key', [baseUrlEnv]: url } }),
    ).rejects.toMatchObject({
      message: expect.stringMatching(`^\\w+ refuses the key in ${keyEnv}: HTTP ${status}: no$`),
      exitCode: EXIT.couldNotFinish,
    });
  });

  it('of another server is named by the variable that the user named', async () => {
    const { url: baseUrl } = await refuse();
    const options = { env: { MY_KEY: 'the-key' }, baseUrl, apiKeyEnv: 'MY_KEY' };
    await expect(ask('m', options)).rejects.toThrow('custom refuses the key in MY_KEY: HTTP 401');
  });

  it('that was never sent: says so, and which variable to set', async () => {
    const { url } = await refuse();
    const env = { OCTOAI_BASE_URL: url };
    await expect(ask('octoai:m', { env })).rejects.toMatchObject({
      message: 'octoai refuses a request without a key: HTTP 401: no',
      hint: 'set OCTOAI_TOKEN in the environment or in .env',
    });
    await expect(ask('m', { env, baseUrl: url })).rejects.toMatchObject({
      message: 'custom refuses a request without a key: HTTP 401: no',
      hint: 'set a variable to the key, and name the variable with `apiKeyEnv`',
    });
  });

  it('of a model for embeddings is named too', async () => {
    const { url } = await refuse();
    const env = { VLLM_BASE_URL: url, VLLM_API_KEY: 'the-key' };
    const embedder = await openEmbedder('vllm:m', { env });
    await expect(embedder.embed(['river'])).rejects.toThrow('vllm refuses the key in VLLM_API_KEY');
  });
});

describe('a retry', () => {
  const body = moderation as () => { json: unknown };
  const embeddings = { data: [{ index: 0, embedding: [1] }] };

  it.each([
    ['a chat', 'toxic', (options: ModelOptions) => ask('vllm:m', options)],
    [
      'a moderation',
      body(),
      (options: ModelOptions) =>
        ask('moderation:m', { ...options, baseUrl: options.env?.VLLM_BASE_URL }),
    ],
    [
      'an embedding',
      { json: embeddings },
      async (options: ModelOptions) => (await openEmbedder('vllm:m', options)).embed(['river']),
    ],
  ] as const)('of %s is told with its reason and its wait', async (_, answer, send) => {
    const { url } = await serve(({ attempt }) =>
      attempt === 1 ? refusal(503, { message: 'busy' }, { 'retry-after-ms': '30' }) : answer,
    );
    const notes: string[] = [];
    await send({ env: { VLLM_BASE_URL: url }, onDetail: (note) => notes.push(note) });
    expect(notes).toEqual([
      expect.stringMatching(/^(?:vllm|custom):m: HTTP 503: busy; trying again in 0\.0 s$/),
    ]);
  });
});

it('sends no text to be embedded that could pass the budget', async () => {
  const server = await startModelServer(() => ({ json: { data: [] } }));
  onTestFinished(() => server.close());
  const options = {
    env: { VLLM_BASE_URL: server.url },
    prices: { price: { input: 1000, output: 0, basis: 'test' } },
    limits: { budget: new Budget(0.01) },
  };
  const embedder = await openEmbedder('vllm:m', options);
  await expect(embedder.embed(['a river in spring '.repeat(20)])).rejects.toThrow(
    'stopped before passing `maxCost` 0.01',
  );
  expect(server.requests).toEqual([]);
});
