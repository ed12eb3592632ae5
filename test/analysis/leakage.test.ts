import { describe, expect, it } from 'vitest';
import { countDuplicates, seenIn } from '../../src/analysis/leakage.js';
import { normaliseText } from '../../src/text.js';

describe('leakage', () => {
  it('compares texts without case, spacing and compatibility forms', () => {
    expect(normaliseText('  Ｗho\n was\t\tHYPATIA? ')).toBe('who was hypatia?');
  });
  it('counts each repetition once', () => {
    expect(countDuplicates(['a', 'A ', 'b', 'a', 'c'])).toBe(2);
  });
  it('says which rows stand in the training file', () => {
    const rows = ['Hello  there', 'new', 'HELLO THERE'].map((input) => ({ input }));
    expect(seenIn(rows, ['hello there', 'other'])).toEqual([true, false, true]);
  });
});
