import { describe, expect, it } from 'vitest';
import { readReply } from '../../src/models/reply.js';

const completion = (logprobs?: unknown) => ({
  choices: [{ finish_reason: 'stop', message: { content: 'toxic' }, logprobs }],
});

describe('the logprobs of a reply', () => {
  const expected = [{ token: 'toxic', top_logprobs: [{ token: 'toxic', logprob: -0.1 }] }];

  it("are read in OpenAI's form", () => {
    const content = [
      {
        token: 'toxic',
        logprob: -0.1,
        bytes: null,
        top_logprobs: [{ token: 'toxic', logprob: -0.1, bytes: [116] }],
      },
    ];
    expect(readReply(completion({ content, refusal: null })).logprobs).toEqual(expected);
  });

  it('are read in the form of older completions', () => {
    const legacy = {
      content: null,
      text_offset: [0],
      token_logprobs: [-0.1],
      tokens: ['toxic'],
      top_logprobs: [{ toxic: -0.1 }],
    };
    expect(readReply(completion(legacy)).logprobs).toEqual(expected);
  });

  it('may lack the other candidates', () => {
    const content = [{ token: 'toxic', logprob: -0.1 }];
    expect(readReply(completion({ content })).logprobs).toEqual([
      { token: 'toxic', top_logprobs: [] },
    ]);
  });

  it.each([
    undefined,
    null,
    'none',
    5,
    [],
    {},
    { content: null },
    { content: [{ token: 5 }] },
    { content: [{ token: 'toxic', top_logprobs: [{ token: 'toxic', logprob: null }] }] },
    { tokens: ['toxic'], top_logprobs: null },
  ])('are left out where they are %j, and the reply stands', (logprobs) => {
    const reply = readReply(completion(logprobs));
    expect(reply.text).toBe('toxic');
    expect(reply).not.toHaveProperty('logprobs');
  });
});
