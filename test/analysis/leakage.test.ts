import { describe, expect, it } from 'vitest';
import { countDuplicates } from '../../src/analysis/leakage.js';
import { normaliseText } from '../../src/text.js';

describe('leakage', () => {
  it('compares texts without case, spacing and compatibility forms', () => {
    expect(normaliseText('  Ｗho\n was\t\tHYPATIA? ')).toBe('who was hypatia?');
  });
  it('counts each repetition once', () => {
    expect(countDuplicates(['a', 'A ', 'b', 'a', 'c'])).toBe(2);
  });
});
