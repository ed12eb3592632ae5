import { describe, expect, it } from 'vitest';
import { openTexts, packTexts } from '../../src/student/learned-texts.js';

describe('packed texts', () => {
  const texts = Array.from({ length: 1000 }, (_, i) => `Text number ${i}`);
  const has = openTexts(packTexts(texts));

  it('are found again, whatever their case, spacing and width, and no others', () => {
    expect(texts.every(has)).toBe(true);
    expect(has(' ＴＥＸＴ \n number\t7 ')).toBe(true);
    expect(texts.filter((text) => has(`${text}.`))).toEqual([]);
    expect(has('')).toBe(false);
  });

  it('take six bytes each, and none a second time', () => {
    expect(Buffer.from(packTexts(texts), 'base64').length).toBe(6000);
    expect(packTexts([...texts, 'TEXT NUMBER 1'])).toBe(packTexts(texts));
  });

  it('say nothing of their order', () => {
    expect(packTexts(texts.toReversed())).toBe(packTexts(texts));
  });

  it('may be none', () => {
    expect(packTexts([])).toBe('');
    expect(openTexts('')('')).toBe(false);
  });

  it('begin with the first 48 bits of the lowest SHA-256', () => {
    // printf abc | sha256sum, and printf xyz | sha256sum.
    const hex = (...all: string[]) => Buffer.from(packTexts(all), 'base64').toString('hex');
    expect(hex('abc')).toBe('ba7816bf8f01');
    expect(hex('abc', 'xyz')).toBe('3608bca1e44eba7816bf8f01');
  });
});
