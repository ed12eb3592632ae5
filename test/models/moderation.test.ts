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
      usage: null,
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
      usage: null,
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

  it('is held to its flag whatever its categories say', () => {
    const strict = { flagged: false, categories: { harassment: true, pii: true } };
    expect(readModeration(response(strict))).toMatchObject({ label: 'negative' });
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

describe("Mistral's moderation, which has no flag", () => {
  /** As its documentation shows one, with the categories of mistral-moderation-2603. */
  const mistral = (scores: Record<string, number>) => ({
    id: 'bda4b52e0efe466792f03ad665b9a328',
    usage: { prompt_tokens: 7, completion_tokens: 0, total_tokens: 96 },
    model: 'mistral-moderation-2603',
    results: [
      {
        category_scores: { sexual: 0.0002, dangerous: 0.001, pii: 0.0006, ...scores },
        categories: Object.fromEntries(
          ['sexual', 'dangerous', 'pii', ...Object.keys(scores)].map((name) => [
            name,
            (scores[name] ?? 0) > 0.5,
          ]),
        ),
      },
    ],
  });

  it.each([
    [{}, 'negative', 0.001, []],
    [{ violence_and_threats: 0.99 }, 'positive', 0.99, ['violence_and_threats']],
    [{ jailbreaking: 0.8 }, 'positive', 0.8, ['jailbreaking']],
    // What a text is about is kept on the row and does not make it toxic.
    [{ health: 0.97, pii: 0.9 }, 'negative', 0.001, ['pii', 'health']],
    [{ law: 0.9, selfharm: 0.6 }, 'positive', 0.6, ['law', 'selfharm']],
  ])('reads %j as %s', (scores, label, score, categories) => {
    expect(readModeration(mistral(scores))).toEqual({
      outcome: 'answered',
      label,
      score,
      categories,
      usage: { prompt_tokens: 7, completion_tokens: 0 },
    });
  });

  it('is refused where it scores nothing but topics', () => {
    const topics = { categories: { law: false }, category_scores: { law: 0.1 } };
    expect(() => readModeration({ results: [topics] })).toThrow(MalformedReplyError);
  });
});
