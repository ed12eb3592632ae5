import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findModelPrice } from '../../src/models/model-price.js';
import { costOf } from '../../src/pricing/cost.js';
import { parsePrice } from '../../src/pricing/price.js';
import { readPriceFile } from '../../src/pricing/price-file.js';
import { findPrice } from '../../src/pricing/prices.js';
import { scratchFolder } from '../helpers/cli.js';

const price = { input: 2, cachedInput: 0.5, output: 8, basis: 'test' };

describe('costOf', () => {
  it.each([
    [{ prompt_tokens: 1_000_000, completion_tokens: 0 }, 2],
    [{ prompt_tokens: 0, completion_tokens: 1_000_000 }, 8],
    [{ prompt_tokens: 1_000_000, completion_tokens: 0, cached_tokens: 400_000 }, 1.4],
    [{ prompt_tokens: 261, completion_tokens: 3 }, 0.000546],
    [null, null],
  ])('%j: %s', (usage, expected) => expect(costOf(usage, price)).toBe(expected));

  it('takes the full rate where there is none for cached input', () => {
    const usage = { prompt_tokens: 1_000_000, completion_tokens: 0, cached_tokens: 1_000_000 };
    expect(costOf(usage, price)).toBe(0.5);
    expect(costOf(usage, { ...price, cachedInput: undefined })).toBe(2);
  });

  it('knows unknown from nothing', () => {
    const usage = { prompt_tokens: 5, completion_tokens: 5 };
    expect(costOf(usage, undefined)).toBeNull();
    expect(costOf(null, { input: 0, output: 0, basis: 'local' })).toBe(0);
  });
});

describe('findPrice', () => {
  const find = (provider: string, id: string, more = {}) =>
    findModelPrice({ provider, id, ...more });

  it('takes our table first, then genai-prices', async () => {
    expect(await find('openai', 'gpt-4.1')).toEqual({
      input: 2,
      cachedInput: 0.5,
      output: 8,
      basis: 'OpenAI list price, 2026-11-23',
    });
    const other = await find('openrouter', 'meta-llama/llama-guard-4-12b');
    expect(other?.basis).toBe('genai-prices, openrouter:meta-llama/llama-guard-4-12b');
    expect(other?.input).toBeGreaterThan(0);
  });

  it('says local of what runs on a machine of the user', async () => {
    const baseUrl = 'http://localhost:8000/v1';
    expect(await find('vllm', 'any/model')).toMatchObject({ input: 0, basis: 'local' });
    expect(await find('embedded', 'wordlist')).toMatchObject({ input: 0, basis: 'local' });
    expect(await find('custom', 'x', { baseUrl })).toMatchObject({ input: 0, basis: 'local' });
    expect(await find('octoai', 'x', { baseUrl })).toMatchObject({ basis: 'local' });
  });

  it('says nothing where nobody knows: a gateway with a key, a server elsewhere', async () => {
    const baseUrl = 'http://localhost:8000/v1';
    expect(await find('custom', 'x', { baseUrl, hasKey: true })).toBeUndefined();
    expect(await find('custom', 'x', { baseUrl: 'https://a.example/v1' })).toBeUndefined();
    expect(await find('openai', 'no-such-model')).toBeUndefined();
  });

  it('lets the user overrule every table', async () => {
    const query = { provider: 'openai', id: 'gpt-4.1' };
    const prices = new Map([
      ['openai:gpt-4.1', { input: 1, output: 1 }],
      ['gpt-4.1', { input: 9, output: 9 }],
    ]);
    const file = { path: 'mine.json', prices };
    expect(await findPrice(query, { file })).toMatchObject({ input: 1, basis: 'from mine.json' });
    expect((await findPrice(query, { file, price: parsePrice('3/4') }))?.input).toBe(3);
  });
});

describe('parsePrice and readPriceFile', () => {
  it('read prices', () => {
    expect(parsePrice('0.10/0.25')).toEqual({ input: 0.1, output: 0.25, basis: 'as given' });
    expect(parsePrice('2/.5/8')).toMatchObject({ input: 2, cachedInput: 0.5, output: 8 });
  });

  it.each(['', '1', '1/', 'a/b', '-1/2', '1/2/3/4', '1e3/2', '1/2/'])('refuse %j', (text) => {
    expect(() => parsePrice(text)).toThrow('`price` is');
  });

  it.each([
    ['{', 'cannot read the prices'],
    ['[]', 'the value is []'],
    ['{"m": {"input": 1}}', '"m.output" is missing'],
    ['{"m": {"input": -1, "output": 1}}', '"m.input" is -1'],
    ['{"m": {"input": 1, "output": 1, "outptu": 1}}', 'nrecognized key'],
  ])('refuse %j', (text, message) => {
    const path = join(scratchFolder(), 'prices.json');
    writeFileSync(path, text);
    expect(() => readPriceFile(path)).toThrow(message);
  });

  it('read a table of models with the names of what every object has', async () => {
    const path = join(scratchFolder(), 'prices.json');
    writeFileSync(path, '{"__proto__": {"input": 1, "output": 2}}');
    const file = readPriceFile(path);
    const find = (id: string) => findPrice({ provider: 'custom', id }, { file });
    expect(await find('__proto__')).toMatchObject({ input: 1, output: 2 });
    expect(await find('constructor')).toBeUndefined();
    expect(await find('toString')).toBeUndefined();
  });
});
