import { describe, expect, it, onTestFinished } from 'vitest';
import { openModel } from '../../src/models/index.js';
import { type Answer, type Answering, startModelServer } from '../helpers/model-server.js';
import { sampleOf } from '../helpers/sample.js';

const sample = sampleOf('river');

/** A message as the Messages API documents it. */
const message = (content: readonly object[], more: object = {}): Answer => ({
  json: {
    id: 'msg_013Zva2CMHLNnXjNJJKqJ2EF',
    type: 'message',
    role: 'assistant',
    model: 'claude-haiku-4-5',
    content,
    stop_reason: 'end_turn',
    stop_sequence: null,
    usage: { input_tokens: 90, output_tokens: 4, cache_read_input_tokens: 10 },
    ...more,
  },
});

const text = (said: string) => ({ type: 'text', text: said });

async function ask(answering: Answering) {
  const server = await startModelServer(answering);
  onTestFinished(() => server.close());
  const model = await openModel('anthropic:claude-haiku-4-5', {
    env: { ANTHROPIC_BASE_URL: server.url, ANTHROPIC_API_KEY: 'sk-ant-0123456789' },
    limits: { maxRetries: 0 },
  });
  const verdict = await model.classify(sample, new AbortController().signal);
  return { model, verdict, requests: server.requests };
}

describe('anthropic:ID', () => {
  it('speaks the Messages API, with the instruction beside the messages', async () => {
    const { requests, verdict, model } = await ask(() => message([text('not toxic')]));
    const [request] = requests;
    expect(request?.path).toBe('/v1/messages');
    expect(request?.headers).toMatchObject({
      'x-api-key': 'sk-ant-0123456789',
      'anthropic-version': '2023-06-01',
    });
    expect(request?.headers.authorization).toBeUndefined();
    expect(request?.body).toEqual({
      model: 'claude-haiku-4-5',
      max_tokens: 16,
      temperature: 0,
      system: expect.stringContaining('Answer with one of these two labels'),
      messages: [{ role: 'user', content: 'river' }],
    });
    expect(verdict).toMatchObject({
      outcome: 'answered',
      label: 'negative',
      usage: { prompt_tokens: 100, completion_tokens: 4, cached_tokens: 10 },
    });
    expect(verdict.costUsd).toBeGreaterThan(0);
    expect([model.scores, model.batch]).toEqual(['never', undefined]);
  });

  it.each([
    [[text('not')], { stop_reason: 'max_tokens' }, 'truncated'],
    [[], { stop_reason: 'refusal' }, 'refused'],
    [[text('toxic')], { stop_reason: 'refusal' }, 'refused'],
    [[{ type: 'thinking', thinking: 'not toxic' }, text('toxic')], {}, 'answered'],
    [[text('it is toxic')], {}, 'unparseable'],
  ])('reads %j %j as %s', async (content, more, outcome) => {
    const { verdict } = await ask(() => message(content, more));
    expect(verdict.outcome).toBe(outcome);
  });

  it('asks on without what a model refuses, in its own words', async () => {
    const { requests, verdict } = await ask(({ body }) =>
      body.temperature === undefined
        ? message([text('toxic')])
        : {
            status: 400,
            json: {
              type: 'error',
              error: {
                type: 'invalid_request_error',
                message: '`temperature` is deprecated for this model.',
              },
              request_id: 'req_1',
            },
          },
    );
    expect([requests.length, verdict.outcome]).toEqual([2, 'answered']);
  });

  it('stops the run where the key is refused', async () => {
    const error = { type: 'authentication_error', message: 'invalid x-api-key' };
    const asked = ask(() => ({ status: 401, json: { type: 'error', error } }));
    await expect(asked).rejects.toThrow('anthropic refuses the key in ANTHROPIC_API_KEY');
  });
});
