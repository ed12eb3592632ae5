import { describe, expect, it } from 'vitest';
import { labelsOf } from '../../src/analysis/outcomes.js';
import { divideRows, requireColumns, slicesOf } from '../../src/analysis/slices.js';
import type { LabelledRow } from '../../src/records.js';
import { labels, labelledRow as row } from '../helpers/analysis.js';

const partsOf = (rows: LabelledRow[], columns: string[] = []) =>
  divideRows(rows, columns).map(({ column, parts }) => [
    column,
    ...parts.map(({ value, rows: places }) => `${value}: ${places.join(' ')}`),
  ]);

describe('divideRows', () => {
  it('divides by jailbreaking and human check; a row where neither is known is in no part', () => {
    const rows = [
      row({ is_jailbreaking: 0, human_check: true }),
      row({ is_jailbreaking: 1, human_check: false }),
      row({ is_jailbreaking: null, human_check: true }),
    ];
    expect(partsOf(rows)).toEqual([
      ['jailbreaking', 'yes: 1', 'no: 0'],
      ['human_checked', 'yes: 0 2', 'no: 1'],
    ]);
  });

  it('divides by length in characters, not in UTF-16 units', () => {
    const rows = [100, 101, 400, 401].map((length) => row({ input: 'a'.repeat(length) }));
    rows.push(row({ input: '😀'.repeat(100) }));
    expect(partsOf(rows)).toEqual([['length', 'up to 100: 0 4', '101-400: 1 2', '401 or more: 3']]);
  });

  it('divides by any column, most frequent value first, whatever its type', () => {
    const rows = ['de', 'en', 'en', undefined, 3].map((lang) => row({ lang }));
    expect(partsOf(rows, ['lang'])).toEqual([['lang', 'en: 1 2', 'de: 0', '(none): 3', '3: 4']]);
  });

  it('keeps 20 values and puts the others together', () => {
    const rows = Array.from({ length: 50 }, (_, i) => row({ id: i % 25 }));
    const [[, ...parts] = []] = partsOf(rows, ['id']);
    expect(parts).toHaveLength(21);
    expect(parts.at(-1)).toBe('other: 20 21 22 23 24 45 46 47 48 49');
  });

  it('leaves out what has one value only', () => {
    expect(partsOf([row({ is_jailbreaking: 0 }), row({ is_jailbreaking: 0 })])).toEqual([]);
  });
});

describe('slicesOf', () => {
  it('counts only rows with a label on both sides, and drops a part without any', () => {
    const divisions = [
      {
        column: 'lang',
        parts: [
          { value: 'en', rows: [0, 1, 2] },
          { value: 'de', rows: [3] },
        ],
      },
    ];
    const options = { resamples: 100, confidence: 0.95, seed: 1 };
    const slices = slicesOf(divisions, labelsOf(labels('110?')), labelsOf(labels('1001')), options);
    expect(slices).toHaveLength(1);
    expect(slices[0]).toMatchObject({ column: 'lang', value: 'en', n: 3, toxic: 2 });
    expect(slices[0]?.accuracy.value).toBeCloseTo(2 / 3, 14);
    expect(slices[0]?.recall).toMatchObject({ value: 0.5, n: 2 });
  });
});

describe('requireColumns', () => {
  it('names the column that is not there, and those that are', () => {
    const rows = [row({ input: 'x', lang: 'en' })];
    expect(() => requireColumns(rows, ['lang'])).not.toThrow();
    expect(() => requireColumns(rows, ['lang', 'tongue'])).toThrow('no column tongue');
  });
});
