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

describe('failureOf', () => {
  it('sees a content filter in the words of the server, not in the row that it quotes', () => {
    const row = 'my text was flagged by moderation';
    expect(failureOf(refused(`invalid: ${row}`), row).kind).toBe('row');
    expect(failureOf(refused('The prompt was flagged by our content filter'), row).kind).toBe(
      'filtered',
    );
  });
});
