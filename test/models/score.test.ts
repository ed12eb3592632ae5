import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { TokenLogprob } from '../../src/models/logprobs.js';
import { scoreFromLogprobs } from '../../src/models/score.js';
import type { Prompt } from '../../src/prompts/index.js';
import { cpuTime } from '../helpers/cpu.js';
import { llamaGuard, moderator, promptNamed } from '../helpers/prompts.js';

/** A token and the probabilities of what might stand in its place; by default of itself alone. */
function token(text: string, odds: Readonly<Record<string, number>> = { [text]: 1 }): TokenLogprob {
  const candidates = Object.entries(odds).map(([candidate, probability]) => ({
    token: candidate,
    logprob: Math.log(probability),
  }));
  return { token: text, top_logprobs: candidates };
}

const tokens = (...texts: string[]) => texts.map((text) => token(text));

describe('the score of a reply', () => {
  it('is the toxic share of the verdict token', () => {
    const content = [token('not', { not: 0.6, toxic: 0.2, I: 0.1 }), token(' toxic')];
    expect(scoreFromLogprobs(content, moderator)).toBeCloseTo(0.25, 12);
  });

  it('adds up the ways of writing a verdict', () => {
    const odds = { Toxic: 0.1, ' toxic': 0.2, TOX: 0.1, '\ntoxic.': 0.1, Not: 0.3, ' no': 0.2 };
    expect(scoreFromLogprobs([token('Toxic', odds)], moderator)).toBeCloseTo(0.5, 12);
  });

  it.each([
    { The: 0.0832, Here: 0.0473, T: 0.023, In: 0.0168, To: 0.0127, This: 0.0091, no: 0.0002 },
    { I: 0.228, You: 0.0625, The: 0.0611, A: 0.0323, No: 0.0314, no: 0.0059 },
    { I: 0.6, You: 0.05, no: 0.006 },
    { I: 0.6, You: 0.05 },
  ])('is unknown where a held model would have answered the text: %j', (recorded) => {
    // llama-cpp-python 0.3.36 with a grammar: what the model would have said, then what it had to.
    const held = [token('no', recorded), ...tokens('t', ' to', 'x', 'ic')];
    expect(scoreFromLogprobs(held, moderator)).toBeUndefined();
  });

  it('is that of a held model which would have said a verdict in other letters', () => {
    const odds = { Not: 0.5, Toxic: 0.2, I: 0.2, not: 0.05 };
    const held = [token('not', odds), ...tokens(' toxic')];
    expect(scoreFromLogprobs(held, moderator)).toBeCloseTo(0.2 / 0.75, 12);
  });

  it('is that of a model which was left free, however little it is sure of', () => {
    const free = [token('not', { not: 0.3, toxic: 0.1, I: 0.2 }), ...tokens(' toxic')];
    expect(scoreFromLogprobs(free, moderator)).toBeCloseTo(0.25, 12);
  });

  it('counts no word that only begins alike, and no token for both sides', () => {
    const odds = { Yes: 0.3, No: 0.1, None: 0.2, Nothing: 0.1, Yesterday: 0.1, '': 0.1, '"': 0.1 };
    expect(scoreFromLogprobs([token('Yes', odds)], promptNamed('shield-gemma'))).toBeCloseTo(
      0.75,
      12,
    );
  });

  it('begins at a verdict split over tokens, after blank ones', () => {
    const content = [
      token('\n\n', { '\n\n': 0.9, safe: 0.1 }),
      token('un', { un: 0.5, safe: 0.3, unsafe: 0.1, s: 0.1 }),
      ...tokens('safe', '\n', 'S', '1', ',', 'S', '10', '<|eot_id|>', ''),
    ];
    expect(scoreFromLogprobs(content, llamaGuard)).toBeCloseTo(0.6, 12);
  });

  it('reads the first line of WildGuard, whatever the others say', () => {
    const content = [
      ...tokens('Harm', 'ful', ' request', ':'),
      token(' no', { ' no': 0.8, ' yes': 0.2 }),
      ...tokens('\n', 'Response', ' refusal', ':'),
      token(' yes', { ' yes': 0.99, ' no': 0.01 }),
      ...tokens('\n', 'Harmful', ' response', ':', ' n', '/', 'a', '</s>'),
    ];
    expect(scoreFromLogprobs(content, promptNamed('wild-guard'))).toBeCloseTo(0.2, 12);
  });

  it('reads the first line of PolyGuard, whose other lines end in the same words', () => {
    const content = [
      ...tokens('Harm', 'ful', ' request', ':'),
      token(' yes', { ' yes': 0.9, ' no': 0.1 }),
      ...tokens('\n', 'Request', ' safety', ' violations', ':', ' S', '5', '\n'),
      ...tokens('Response', ' ref', 'usal', ':'),
      token(' no', { ' no': 0.7, ' yes': 0.3 }),
      ...tokens('\n', 'Harm', 'ful', ' response', ':', ' no', '\n'),
      ...tokens('Response', ' safety', ' violations', ':', ' None', '<|im_end|>'),
    ];
    expect(scoreFromLogprobs(content, promptNamed('poly-guard'))).toBeCloseTo(0.9, 12);
  });

  it('counts the third word of Qwen3Guard to the side that it stands for', () => {
    const odds = { ' Safe': 0.5, ' Un': 0.2, ' Contro': 0.3 };
    const content = [
      ...tokens('Safety', ':'),
      token(' Contro', odds),
      ...tokens('versial', '\n', 'Categories', ':', ' PII'),
    ];
    expect(scoreFromLogprobs(content, promptNamed('qwen3-guard'))).toBeCloseTo(0.2, 12);
    expect(scoreFromLogprobs(content, promptNamed('qwen3-guard-strict'))).toBeCloseTo(0.5, 12);
  });

  it('reads the verdict inside the JSON of Nemotron', () => {
    const content = [
      ...tokens('{"', 'User', ' Safety', '":', ' "'),
      token('unsafe', { unsafe: 0.9, safe: 0.1 }),
      ...tokens('",', ' "Safety Categories":', ' "Threat"', '}'),
    ];
    expect(scoreFromLogprobs(content, promptNamed('nemotron-guard'))).toBeCloseTo(0.9, 12);
  });

  it('reads Granite Guardian inside its tag, and without one', () => {
    const odds = { yes: 0.7, no: 0.1, ' yes': 0.2 };
    const tagged = [
      ...tokens('<', 'think', '>\n', '</', 'think', '>', '\n'),
      ...tokens('<', 'score', '> '),
      token('yes', odds),
      ...tokens(' </', 'score', '>', '<|end_of_text|>'),
    ];
    expect(scoreFromLogprobs(tagged, promptNamed('granite-guardian'))).toBeCloseTo(0.9, 12);
    const plain = [token('yes', odds), ...tokens('\n<confidence> ', 'High', ' </confidence>')];
    expect(scoreFromLogprobs(plain, promptNamed('granite-guardian'))).toBeCloseTo(0.9, 12);
  });

  it.each([
    [
      'with its marks',
      ['<|channel|>', 'analysis', '<|message|>'],
      ['<|channel|>', 'final', '<|message|>'],
    ],
    ['without them', ['analysis'], ['assistant', 'final']],
    ['between tags', ['<think>'], ['</think>', '\n']],
  ])('is not taken from thinking shown %s', (_, before, between) => {
    const thinking = tokens('toxic', ' or', ' not', ' toxic', '?', ' Say', ' toxic', '.');
    const verdict = token('toxic', { toxic: 0.4, not: 0.4 });
    const content = [...tokens(...before), ...thinking, ...tokens(...between), verdict];
    const score = scoreFromLogprobs(
      [...content, token('<|return|>')],
      promptNamed('gpt-oss-safeguard'),
    );
    expect(score).toBeCloseTo(0.5, 12);
  });
});

describe('no score', () => {
  it.each<[string, TokenLogprob[], Prompt]>([
    ['without tokens', [], moderator],
    ['in a reply that is no answer', tokens('I', ' think', ' toxic', ' it', ' is'), moderator],
    ['in a negation', tokens('not', ' toxic', ' at', ' all'), moderator],
    ['without candidates', [{ token: 'toxic', top_logprobs: [] }], moderator],
    ['where none begins a verdict', [token('toxic', { I: 0.5, The: 0.5 })], moderator],
    ['where no probability is left', [token('toxic', { toxic: 0, not: 0 })], moderator],
    [
      'where the mark and the verdict are one token',
      tokens('<score>yes', '</score>'),
      promptNamed('granite-guardian'),
    ],
    ['in a label of another prompt', tokens('unsafe'), moderator],
  ])('%s', (_, content, prompt) => {
    expect(scoreFromLogprobs(content, prompt)).toBeUndefined();
  });

  it('where the probabilities are none', () => {
    for (const logprob of [Number.NaN, 1e6, Number.POSITIVE_INFINITY]) {
      const content = [{ token: 'toxic', top_logprobs: [{ token: 'toxic', logprob }] }];
      expect(scoreFromLogprobs(content, moderator)).toBeUndefined();
    }
  });
});

describe('any score', () => {
  const { verdict } = moderator;
  if (!verdict) throw new Error('it has no words');
  const texts = fc.constantFrom(
    'toxic',
    ' Toxic',
    'tox',
    'not',
    ' no',
    'Not',
    'n',
    't',
    'I',
    '"',
    '',
  );
  const candidates = fc.array(
    fc.record({ token: texts, logprob: fc.double({ min: -60, max: 0, noNaN: true }) }),
    { maxLength: 20 },
  );
  const reply = (list: TokenLogprob['top_logprobs']): TokenLogprob[] => [
    { token: 'not', top_logprobs: list },
    ...tokens(' toxic'),
  ];

  it('is from 0 to 1', () => {
    fc.assert(
      fc.property(candidates, (list) => {
        const score = scoreFromLogprobs(reply(list), moderator) ?? 0.5;
        expect(score).toBeGreaterThanOrEqual(0);
        expect(score).toBeLessThanOrEqual(1);
      }),
      { seed: 6 },
    );
  });

  it('is turned round where the sides are', () => {
    const swapped = { positive: verdict.negative, negative: verdict.positive };
    fc.assert(
      fc.property(candidates, (list) => {
        const score = scoreFromLogprobs(reply(list), moderator);
        const other = scoreFromLogprobs(reply(list), { ...moderator, verdict: swapped });
        if (score === undefined) expect(other).toBeUndefined();
        else expect(other).toBeCloseTo(1 - score, 9);
      }),
      { seed: 7 },
    );
  });

  it('does not change with unlikely words beside the verdict, before the answer or after its end', () => {
    const words = fc.array(
      fc.constantFrom('maybe', ' the', ' safe', '42', ' toxicity', ' nothing'),
    );
    fc.assert(
      fc.property(candidates, words, fc.nat(3), (list, unrelated, ends) => {
        const beside = unrelated.map((word) => ({ token: word, logprob: -70 }));
        const before = unrelated.length > 0 ? tokens(...unrelated, '</think>') : [];
        const after = Array.from({ length: ends }, () => token('<|im_end|>'));
        const extended = [...before, ...reply([...beside, ...list]), ...after];
        const score = scoreFromLogprobs(reply(list), moderator);
        const other = scoreFromLogprobs(extended, moderator);
        // Candidates beside it may settle that an absent side is at nearly nothing.
        if (score === undefined) expect([undefined, 0, 1]).toContain(other);
        else expect(other).toBeCloseTo(score, 12);
      }),
      { seed: 8 },
    );
  });

  it('is found at once behind a long thinking', () => {
    const content = [
      ...Array.from({ length: 20_000 }, () => token(' toxic')),
      ...tokens('</think>', 'toxic'),
    ];
    const started = cpuTime();
    expect(scoreFromLogprobs(content, moderator)).toBe(1);
    expect(cpuTime() - started).toBeLessThan(200);
  });
});
