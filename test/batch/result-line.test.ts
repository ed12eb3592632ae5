import { describe, expect, it } from 'vitest';
import { isNotDone, readResult, verdictOfResult } from '../../src/batch/result-line.js';
import { batchSideOf } from '../../src/batch/side-of.js';
import { openModel } from '../../src/models/index.js';
import { completion } from '../helpers/model-server.js';

const model = await openModel('openai:gpt-4o-mini', {
  env: { OPENAI_API_KEY: 'sk-test-0123456789' },
  batch: true,
});
const side = batchSideOf(model.id, model.batch);

function verdictOf(line: object, text = 'a text') {
  const result = readResult(JSON.stringify({ id: 'x', custom_id: 'k', ...line }));
  if (!result) throw new Error('it is no result');
  return verdictOfResult(result, side, text);
}

describe('a line of results', () => {
  it('is read as a direct reply is, at the price of a batch', () => {
    const body = completion('toxic');
    const { verdict } = verdictOf({ response: { status_code: 200, body }, error: null });
    expect(verdict).toMatchObject({ outcome: 'answered', label: 'positive', costUsd: 0.0000084 });
  });

  it.each([
    ['OpenAI', { response: { status_code: 400, body: { error: { message: 'too long' } } } }],
    [
      'vLLM',
      {
        response: { status_code: 400 },
        error: { error: { message: 'too long', type: 'Bad', param: null, code: 400 } },
      },
    ],
    ['vLLM, as a text', { response: { status_code: 400, body: null }, error: 'too long' }],
  ])('has the error of one row, in the words of %s', (_, line) => {
    const { verdict } = verdictOf(line);
    expect(verdict).toMatchObject({
      outcome: 'failed',
      retryable: false,
      error: 'HTTP 400: too long',
    });
  });

  it('asks a row again whose request failed on the way', () => {
    const busy = verdictOf({ response: { status_code: 503, body: 'busy' } });
    expect(busy.verdict).toMatchObject({ outcome: 'failed', retryable: true });
    const broken = verdictOf({
      response: null,
      error: { code: 'server_error', message: 'it broke' },
    });
    expect(broken.verdict).toMatchObject({ retryable: true, error: 'it broke' });
    expect(verdictOf({}).verdict).toMatchObject({ error: 'neither a response nor an error' });
  });

  it('tells what was filtered, and what every request would be refused for', () => {
    const filtered = { error: { code: 'content_filter', message: 'no' } };
    expect(verdictOf({ response: { status_code: 400, body: filtered } }).verdict.outcome).toBe(
      'filtered',
    );
    const refused = { error: { message: 'Unsupported value', param: 'temperature' } };
    const { verdict, refusal } = verdictOf({ response: { status_code: 400, body: refused } });
    expect([verdict, refusal]).toEqual([
      expect.objectContaining({ retryable: true }),
      'HTTP 400: Unsupported value',
    ]);
  });

  it('is not done where the batch ended before', () => {
    const late = readResult('{"custom_id":"k","response":null,"error":{"code":"batch_expired"}}');
    expect(late && isNotDone(late)).toBe(true);
    for (const line of ['', '{"custom_id":"k","resp', '{"response":null}', '[1]']) {
      expect(readResult(line)).toBeUndefined();
    }
  });

  it('shows no key that a server repeats', () => {
    const { verdict } = verdictOf({ response: null, error: 'bad key sk-test-0123456789' });
    expect(verdict).toMatchObject({ error: 'bad key [redacted]' });
  });
});
