import fc from 'fast-check';
import { countTokens as countCl100k } from 'gpt-tokenizer/encoding/cl100k_base';
import { countTokens as countO200k } from 'gpt-tokenizer/encoding/o200k_base';
import { describe, expect, it } from 'vitest';
import { countPrompt, openTokenizer } from '../../src/pricing/tokens.js';

describe('the tokenizer', () => {
  it("counts with the model's own encoding, and says where it cannot", async () => {
    const own = await openTokenizer('o200k_base');
    expect([own.name, own.exact]).toEqual(['o200k_base', true]);
    expect(own.count('hello world')).toBe(2);
    expect(await openTokenizer('cl100k_base')).toMatchObject({ name: 'cl100k_base', exact: true });
    expect(await openTokenizer(undefined)).toMatchObject({ name: 'o200k_base', exact: false });
  });

  it('counts what looks like a special token as text', async () => {
    expect((await openTokenizer('o200k_base')).count('<|endoftext|>')).toBeGreaterThan(1);
  });

  it.each([
    ['a', 'a'],
    ['=', '='],
    ['blanks', ' '],
    ['Chinese', '中文字'],
    ['emoji', '😀'],
  ])('counts a long run of %s in time', async (_, unit) => {
    const { count } = await openTokenizer('o200k_base');
    const started = performance.now();
    const tokens = count(unit.repeat(100_000 / unit.length));
    expect(performance.now() - started).toBeLessThan(10_000);
    expect(tokens).toBeGreaterThan(100);
  });

  it('never cuts a long text within a character', async () => {
    const { count } = await openTokenizer('o200k_base');
    const whole = count('😀'.repeat(500)) * 8;
    for (const before of ['', '=']) {
      const tokens = count(before + '😀'.repeat(4000));
      expect(Math.abs(tokens - whole)).toBeLessThan(10);
    }
  });

  it.each([
    ['o200k_base', countO200k],
    ['cl100k_base', countCl100k],
  ] as const)('cuts long texts where %s changes no count', async (name, countWhole) => {
    const { count } = await openTokenizer(name);
    const words = fc.oneof(
      fc.constantFrom(
        "don't",
        "WE'LL",
        'été',
        'e\u0301te\u0301',
        '中文，字',
        'हिन्दी',
        'a1b2',
        '<b>',
        '\n\n',
      ),
      fc.string({ unit: 'grapheme', maxLength: 12 }),
    );
    const texts = fc
      .array(words, { minLength: 100, maxLength: 300 })
      .chain((parts) => fc.constantFrom(' ', ', ', '').map((joint) => parts.join(joint).repeat(8)));
    fc.assert(
      fc.property(texts, (text) => {
        expect(count(text)).toBe(countWhole(text, { disallowedSpecial: new Set() }));
      }),
      { seed: 3, numRuns: 12 },
    );
  });
});

it('adds what holds the messages of a prompt together', async () => {
  const tokenizer = await openTokenizer('o200k_base');
  const messages = [{ role: 'user' as const, content: 'hello world' }];
  expect(countPrompt(messages, tokenizer)).toBe(2 + 4 + 3);
});
