import { describe, expect, it } from 'vitest';
import { publishedBaselines } from '../../src/analysis/baselines.js';
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

describe('publishedBaselines', () => {
  it('are of the test split of ToxicChat alone', () => {
    expect(publishedBaselines({ dataset: 'toxicchat', split: 'train' })).toBeNull();
    expect(publishedBaselines({ dataset: 'sample', split: 'test' })).toBeNull();
    expect(publishedBaselines({ dataset: null, split: null })).toBeNull();
  });
  it('name their source, best F1 first', () => {
    const baselines = publishedBaselines({ dataset: 'toxicchat', split: 'test' }) ?? [];
    expect(baselines[0]).toMatchObject({ name: 'ToxicChat-T5-large', f1: 0.822, auprc: 0.885 });
    expect(baselines.map(({ f1 }) => f1)).toEqual(
      baselines.map(({ f1 }) => f1).sort((a, b) => b - a),
    );
    expect(baselines.every(({ source }) => source.length > 0)).toBe(true);
  });
});
