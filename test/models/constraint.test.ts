import { APIError } from 'openai';
import { describe, expect, it, onTestFinished } from 'vitest';
import { adaptForm } from '../../src/models/adaptation.js';
import {
  answeredInJson,
  constraintFor,
  constraintParameters,
} from '../../src/models/constraint.js';
import { openModel } from '../../src/models/index.js';
import type { ModelOptions } from '../../src/models/options.js';
import { PROMPTS, promptId, promptOf } from '../../src/prompts/index.js';
import { TOXICITY } from '../../src/task/task.js';
import { type Answering, completion, startModelServer } from '../helpers/model-server.js';
import { llamaGuard, moderator } from '../helpers/prompts.js';
import { sampleOf } from '../helpers/sample.js';

const sample = sampleOf('river');

async function ask(name: string, answering: Answering, options: ModelOptions = {}) {
  const server = await startModelServer(answering);
  onTestFinished(() => server.close());
  const details: string[] = [];
  const model = await openModel(name, {
    env: {
      VLLM_BASE_URL: server.url,
      LLAMACPP_BASE_URL: server.url,
      OPENAI_BASE_URL: server.url,
      OPENAI_API_KEY: 'key-of-openai',
    },
    onDetail: (detail) => details.push(detail),
    limits: { maxRetries: 0 },
    ...options,
  });
  const verdict = await model.classify(sample, new AbortController().signal);
  return { verdict, details, bodies: server.requests.map(({ body }) => body) };
}

const choice = { structured_outputs: { choice: ['toxic', 'not toxic'] } };
const grammar = { grammar: 'root ::= "toxic" | "not toxic"' };

describe('a model held to the labels', () => {
  it.each([
    ['vllm:m', {}, choice],
    ['llamacpp:m', {}, grammar],
    ['openai:m', { constrain: 'always' }, { response_format: { type: 'json_schema' } }],
  ] as const)('asks %s %j for it', async (name, options, asked) => {
    const { bodies, verdict } = await ask(name, () => 'not toxic', options);
    expect(bodies[0]).toMatchObject(asked);
    expect(verdict).toMatchObject({ outcome: 'answered', label: 'negative' });
  });

  it.each([
    ['openai:m', {}],
    ['vllm:m', { constrain: 'never' }],
    ['vllm:meta-llama/Llama-Guard-4-12B', {}],
    ['vllm:openai/gpt-oss-20b', {}],
  ] as const)('is not by default, or not at all: %s %j', async (name, options) => {
    const { bodies } = await ask(name, () => 'not toxic', options);
    expect(Object.keys(bodies[0] ?? {})).not.toEqual(
      expect.arrayContaining([
        expect.stringMatching(/^(structured_outputs|grammar|response_format)$/),
      ]),
    );
  });

  it('is judged as strictly as any: a server may ignore what it is asked for', async () => {
    const { verdict } = await ask('vllm:m', () => 'not toxic at all');
    expect(verdict).toMatchObject({ outcome: 'unparseable' });
  });

  it('is refused for a format of its own, before anything is sent', async () => {
    const open = openModel('vllm:llama-guard3', { env: {}, constrain: 'always' });
    await expect(open).rejects.toThrow('has a format of its own');
  });

  it('is asked on without it where the server refuses it', async () => {
    const { bodies, verdict, details } = await ask('llamacpp:m', ({ body }) =>
      'grammar' in body
        ? { status: 400, json: { error: { message: 'Failed to parse grammar' } } }
        : 'toxic',
    );
    expect(bodies.map((body) => 'grammar' in body)).toEqual([true, false]);
    expect(verdict).toMatchObject({ outcome: 'answered', label: 'positive' });
    expect(details).toEqual(['llamacpp:m: it refuses grammar: leaving it out']);
  });
});

describe('constraintFor', () => {
  const vllm = { id: 'm', provider: 'vllm' };

  it('takes the words that a task has its model answer in, unless one is a pattern', () => {
    const task = (reply: string | RegExp) => ({
      ...TOXICITY,
      answers: [
        { label: 'positive' as const, reply },
        { label: 'negative' as const, reply: 'No' },
      ],
    });
    const exact = promptOf(PROMPTS.moderator, task('Yes'));
    expect(constraintFor(vllm, exact)).toBe('choice');
    expect(exact.choices).toEqual(['Yes', 'No']);
    expect(constraintFor(vllm, promptOf(PROMPTS.moderator, task(/^yes/i)))).toBeUndefined();
  });

  it('writes a grammar that no label ends', () => {
    const { grammar: written } = constraintParameters('grammar', ['a "b"\\', 'c\nd']);
    expect(written).toBe('root ::= "a \\"b\\"\\\\" | "c\\nd"');
  });
});

describe('an answer in JSON', () => {
  const prompt = answeredInJson(moderator);

  it.each([
    ['{"label": "toxic"}', 'answered'],
    ['toxic', 'answered'],
    ['{"label": "toxic", "why": "x"}', 'unparseable'],
    ['{"label": ["toxic"]}', 'unparseable'],
    ['{"verdict": "toxic"}', 'unparseable'],
    ['{"label": "very toxic"}', 'unparseable'],
    ['null', 'unparseable'],
  ])('%s is %s', (reply, outcome) => {
    expect(prompt.parse(reply).outcome).toBe(outcome);
  });

  it('is of the same wording, so its labels go on in the same file', () => {
    expect(promptId(prompt)).toBe(promptId(moderator));
    expect(llamaGuard.choices).toBeUndefined();
  });

  it('has its score from the token behind the key', async () => {
    const token = (text: string, odds: Record<string, number> = {}) => ({
      token: text,
      logprob: 0,
      top_logprobs: Object.entries(odds).map(([each, share]) => ({
        token: each,
        logprob: Math.log(share),
      })),
    });
    const content = [
      token('{"'),
      token('label'),
      token('":"'),
      token('not', { not: 0.3, toxic: 0.1 }),
    ];
    content.push(token(' toxic'), token('"}'));
    const { verdict } = await ask(
      'openai:m',
      () => ({ json: completion('{"label":"not toxic"}', { logprobs: { content } }) }),
      { constrain: 'always' },
    );
    expect(verdict).toMatchObject({ outcome: 'answered', label: 'negative' });
    expect(verdict.outcome === 'answered' && verdict.score).toBeCloseTo(0.25, 12);
  });
});

/** As llama-cpp-python 0.3.36 words them: it looks at parameters late, and says 500. */
describe('a 500 that refuses a parameter', () => {
  const refused = (message: string) =>
    APIError.generate(
      500,
      { error: { message, type: 'internal_server_error', param: null, code: null } },
      undefined,
      new Headers(),
    );
  const form = {
    parameters: {
      temperature: 0 as const,
      ...constraintParameters('schema', ['toxic', 'not toxic']),
    },
    foldSystem: false,
  };
  const VALIDATION = `1 validation error:
  {'type': 'literal_error', 'loc': ('body', 'response_format', 'type'), 'msg': "Input should be 'text' or 'json_object'", 'input': 'json_schema', 'ctx': {'expected': "'text' or 'json_object'"}}

  File "/venv/lib/python3.11/site-packages/llama_cpp/server/app.py", line 376, in create_chat_completion
    POST /v1/chat/completions`;

  it('adapts the form', () => {
    expect(adaptForm(form, refused(VALIDATION), '')?.form.parameters).toEqual({ temperature: 0 });
  });

  it('does so of log-probabilities, which a server without --logits_all has not', () => {
    const scored = { ...form, parameters: { logprobs: true as const, top_logprobs: 20 } };
    const message = 'logprobs is not supported for models created with logits_all=False';
    expect(adaptForm(scored, refused(message), '')).toMatchObject({
      form: { parameters: {} },
      change: 'it refuses logprobs: there are no scores',
    });
  });

  it('leaves one alone that names none, or that a row has put there', () => {
    expect(adaptForm(form, refused('response_format crashed'), '')).toBeUndefined();
    expect(adaptForm(form, refused(`bad row: ${VALIDATION}`), VALIDATION)).toBeUndefined();
  });
});
