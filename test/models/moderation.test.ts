import { describe, expect, it } from 'vitest';
import { readModeration } from '../../src/models/moderation.js';
import { MalformedReplyError } from '../../src/requests/malformed-reply.js';

function response(result: object = {}) {
  const harassment = {
    flagged: true,
    categories: { harassment: true, violence: false, illicit: null },
    category_scores: { harassment: 0.62, violence: 0.31, illicit: null },
  };
  return { id: 'modr-1', model: 'any', results: [{ ...harassment, ...result }] };
}

describe("OpenAI's moderation", () => {
  it("takes the service's flag for the label and the highest score for the score", () => {
    expect(readModeration(response())).toEqual({
      outcome: 'answered',
      label: 'positive',
      score: 0.62,
      categories: ['harassment'],
    });
    const clean = {
      flagged: false,
      categories: { harassment: false },
      category_scores: { harassment: 0.02 },
    };
    expect(readModeration(response(clean))).toEqual({
      outcome: 'answered',
      label: 'negative',
      score: 0.02,
      categories: [],
    });
  });

  it('reads models with other categories and other keys', () => {
    const older = {
      categories: { hate: false, 'sexual/minors': true, 'a new one': true },
      category_scores: { hate: 0.1, 'sexual/minors': 0.4, 'a new one': 0.9 },
    };
    const newer = { category_applied_input_types: { hate: ['text'] } };
    expect(readModeration(response({ ...older, ...newer }))).toMatchObject({
      score: 0.9,
      categories: ['sexual/minors', 'a new one'],
    });
  });

  it('reads a body that was sent as plain text', () => {
    expect(readModeration(JSON.stringify(response()))).toEqual(readModeration(response()));
  });

  it.each([
    undefined,
    'gateway time-out',
    {},
    { results: [] },
    response({ flagged: 'yes' }),
    response({ categories: undefined }),
    response({ category_scores: {} }),
    response({ category_scores: { illicit: null } }),
    response({ category_scores: { harassment: 1.5 } }),
    response({ category_scores: { harassment: '0.5' } }),
  ])('refuses %j', (body) => {
    expect(() => readModeration(body)).toThrow(MalformedReplyError);
    expect(() => readModeration(body)).toThrow(/^not a moderation: /);
  });

  it("passes the server's own words on", () => {
    expect(() => readModeration({ error: { message: 'overloaded' } })).toThrow('overloaded');
  });
});
