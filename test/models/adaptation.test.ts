import { APIError } from 'openai';
import { describe, expect, it } from 'vitest';
import { adaptForm, type RequestForm } from '../../src/models/adaptation.js';
import { failureOf } from '../../src/requests/failures.js';

const form: RequestForm = { parameters: { temperature: 0, max_tokens: 16 }, foldSystem: false };
const refused = (message: string, extra = {}) =>
  APIError.generate(400, { error: { message, ...extra } }, undefined, new Headers());

describe('adaptForm', () => {
  it.each([
    'System role not supported',
    'Conversation roles must alternate user/assistant/user/assistant/...',
    'this model does not support system messages',
  ])('folds the instruction into the user message after %j', (message) => {
    expect(adaptForm(form, refused(message), 'hi')?.form.foldSystem).toBe(true);
  });

  it('is not moved by a row that the server quotes', () => {
    const row = 'temperature not supported, system role not supported, roles must alternate';
    expect(adaptForm(form, refused(`bad content: ${row}`), row)).toBeUndefined();
    expect(adaptForm(form, refused(`bad content: ${row}`), 'another')).toBeDefined();
  });

  it('leaves other refusals to the row', () => {
    expect(
      adaptForm(form, refused('context length exceeded: lower max_tokens'), ''),
    ).toBeUndefined();
    expect(adaptForm(form, new Error('temperature not supported'), '')).toBeUndefined();
  });

  it('drops what was renamed once and is refused again', () => {
    const named = (param: string) => refused('unsupported', { param });
    const renamed = adaptForm(form, named('max_tokens'), '')?.form ?? form;
    expect(renamed.parameters).toEqual({ temperature: 0, max_completion_tokens: 16 });
    const dropped = adaptForm(renamed, named('max_completion_tokens'), '');
    expect(dropped?.form.parameters).toEqual({ temperature: 0 });
  });
});

/** As the proxy of LiteLLM 1.108.7 words them. */
describe('failureOf, of a gateway', () => {
  const said = (status: number, error: object) =>
    failureOf(APIError.generate(status, { error }, undefined, new Headers()), 'a row');

  it.each([
    [
      'model',
      'invalid_request_error',
      '/chat/completions: Invalid model name passed in model=nobody/x. Call `/v1/models` to view available models for your key.',
    ],
    ['key', 'no_db_connection', 'No connected db.'],
    [
      'row',
      'invalid_request_error',
      "litellm.ContextWindowExceededError: litellm.BadRequestError: ContextWindowExceededError: OpenAIException - This model's maximum context length is 512 tokens. However, you requested 835 tokens (831 in the messages, 4 in the completion). Please reduce the length of the messages or completion.\nmodel=local/smol/lm2. context_window_fallbacks=None. fallbacks=None.",
    ],
  ])('is of the %s where a 400 of type %s says so', (kind, type, message) => {
    expect(said(400, { message, type, param: null, code: '400' }).kind).toBe(kind);
  });

  it('is not moved by a row that the server quotes', () => {
    const row = 'Invalid model name passed in model=x';
    expect(failureOf(refused(`cannot judge: ${row}`), row).kind).toBe('row');
  });

  it('is told in one line', () => {
    const message =
      "litellm.RateLimitError: Deployment has all max_parallel_requests slots in use.\n\nLiteLLM: model group 'local/smol/lm2' failed with the error above. No fallback was attempted.";
    expect(said(429, { message, type: null, param: null, code: '429' })).toMatchObject({
      kind: 'retry',
      cause: 'throttled',
      message:
        "HTTP 429: litellm.RateLimitError: Deployment has all max_parallel_requests slots in use. LiteLLM: model group 'local/smol/lm2' failed with the error above. No fallback was attempted.",
    });
  });
});

describe('failureOf', () => {
  it('sees a content filter in the words of the server, not in the row that it quotes', () => {
    const row = 'my text was flagged by moderation';
    expect(failureOf(refused(`invalid: ${row}`), row).kind).toBe('row');
    expect(failureOf(refused('The prompt was flagged by our content filter'), row).kind).toBe(
      'filtered',
    );
  });
});
