import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { countCharacters, TextNumbers } from '../../src/rows/texts.js';
import { normaliseText } from '../../src/text.js';

const numbersOf = (texts: readonly string[]) => {
  const numbers = new TextNumbers();
  return texts.map((text) => numbers.numberOf(text));
};

describe('texts', () => {
  it('are compared without case, spacing and compatibility forms', () => {
    expect(normaliseText('  Ｗho\n was\t\tHYPATIA? ')).toBe('who was hypatia?');
  });

  it('that are plain are compared as all others are', () => {
    const long = (text: string) =>
      text.normalize('NFKC').toLowerCase().replace(/\s+/gu, ' ').trim();
    const unit = fc.constantFrom(...'aZ~! \t\n\u00a0\u007fé\u0130ﬁ');
    fc.assert(
      fc.property(fc.string({ unit, maxLength: 12 }), (text) => {
        expect(normaliseText(text)).toBe(long(text));
      }),
    );
  });

  it('are numbered as they come, alike ones alike', () => {
    expect(numbersOf(['a b', 'c', ' A  B', 'd', 'c', ''])).toEqual([0, 1, 0, 2, 1, 3]);
  });

  it('that differ have different numbers, however many there are', () => {
    const texts = Array.from({ length: 200_000 }, (_, i) => `text ${i}`);
    expect(new Set(numbersOf(texts)).size).toBe(texts.length);
  });

  it('are measured in characters beyond a length', () => {
    expect(countCharacters('😀'.repeat(60), 100)).toBe(60);
    expect(countCharacters('😀'.repeat(40), 100)).toBe(80);
  });
});
