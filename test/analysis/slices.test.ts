import { describe, expect, it } from 'vitest';
import { divideRows, requireColumns, slicesOf } from '../../src/analysis/slices.js';
import type { LabelledRow } from '../../src/records.js';
import { labelsOf } from '../../src/rows/labels.js';
import { labels, labelledRow as row, rowTable } from '../helpers/analysis.js';

const partsOf = (rows: LabelledRow[], columns: string[] = []) =>
  divideRows(rowTable(rows), columns).map(({ column, parts }) => [
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

  it('finds a column among those that came along, after the keys of the row', () => {
    const rows = ['de', 'en'].map((lang) => row({ model: 'm', columns: { lang, model: lang } }));
    expect(partsOf(rows, ['lang', 'model', 'columns.model'])).toEqual([
      ['lang', 'de: 0', 'en: 1'],
      ['columns.model', 'de: 0', 'en: 1'],
    ]);
    const named = ['a', 'b'].map((value) => row({ columns: { 'columns.model': value } }));
    expect(partsOf(named, ['columns.model'])).toEqual([['columns.model', 'a: 0', 'b: 1']]);
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

describe('a column of lists', () => {
  it('puts a row into the part of each of its values, once', () => {
    const rows = [['S1', 'S10'], ['S10', 'S10'], [], undefined, ['S2']].map((categories) =>
      row(categories ? { categories } : {}),
    );
    expect(partsOf(rows, ['categories']).at(-1)).toEqual([
      'categories',
      ...['S10: 0 1', '(none): 2 3', 'S1: 0', 'S2: 4'],
    ]);
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
    const slices = slicesOf(divisions, sliced('110?', '1001'), 0.95);
    expect(slices).toHaveLength(1);
    expect(slices[0]).toMatchObject({ column: 'lang', value: 'en', n: 3, positive: 2 });
    expect(slices[0]?.accuracy.value).toBeCloseTo(2 / 3, 14);
    expect(slices[0]?.recall).toMatchObject({ value: 0.5, n: 2 });
    // Nothing is left to compare it with.
    expect(slices[0]).toMatchObject({ q: null, worse: false });
  });

  /** Rows of the first slice, then of the second. */
  const halves = (first: number, rows: number) => [
    {
      column: 'lang',
      parts: [
        { value: 'de', rows: places(0, first) },
        { value: 'en', rows: places(first, rows) },
      ],
    },
  ];

  it("holds each to the rest by Fisher's test of the rows that F1 is made of", () => {
    // Of 10 positive German rows 1 is found, of 14 English ones 11; then rows that are right anyway.
    const truth = `${'1'.repeat(10)}${'0'.repeat(20)}${'1'.repeat(14)}${'0'.repeat(20)}`;
    const said = `1${'0'.repeat(29)}${'1'.repeat(11)}${'0'.repeat(23)}`;
    const [german, english] = slicesOf(halves(30, 64), sliced(truth, said), 0.95);
    // SciPy: fisher_exact([[1, 9], [11, 3]]).
    expect(german?.q).toBeCloseTo(0.00276, 5);
    expect(german?.worse).toBe(true);
    expect(english?.q).toBeCloseTo(0.00276, 5);
    expect(english?.worse).toBe(false);
  });

  /** Toxic rows first, of which the first few are missed, then rows that are right anyway. */
  const missed = (misses: number, positive: number) => ({
    truth: `${'1'.repeat(positive)}${'0'.repeat(20)}`,
    said: `${'0'.repeat(misses)}${'1'.repeat(positive - misses)}${'0'.repeat(20)}`,
  });
  const joined = (...parts: { truth: string; said: string }[]) =>
    sliced(parts.map(({ truth }) => truth).join(''), parts.map(({ said }) => said).join(''));

  it('calls nothing worse where as many slices would show as much by chance', () => {
    const rows = joined(missed(4, 12), missed(0, 28));
    const [alone] = slicesOf(halves(32, 80), rows, 0.95);
    expect(alone).toMatchObject({ worse: true });
    const many = Array.from({ length: 60 }, (_, i) => ({
      column: `column ${i}`,
      parts: [{ value: 'x', rows: [0, ...places(32, 46)] }],
    }));
    const [first] = slicesOf([...halves(32, 80), ...many], rows, 0.95);
    expect(first?.q).toBeGreaterThan(0.05);
    expect(first?.worse).toBe(false);
  });

  it('calls nothing worse that has few toxic rows, however bad it looks', () => {
    const rows = joined(missed(9, 9), missed(0, 28));
    const [few] = slicesOf(halves(29, 77), rows, 0.95);
    expect(few?.q).toBeLessThan(0.001);
    expect(few?.worse).toBe(false);
  });

  it('counts a text once, however often it stands there', () => {
    const rows = joined(missed(10, 10), missed(0, 10));
    const [alone] = slicesOf(halves(30, 60), rows, 0.95);
    expect(alone?.worse).toBe(true);
    // Ten rows of one text are one row that is wrong.
    const clusterOf = Uint32Array.from(rows.truth, (_, row) => (row < 10 ? 0 : row));
    const [repeated] = slicesOf(halves(30, 60), { ...rows, clusterOf }, 0.95);
    expect(repeated?.q).toBeCloseTo(1 / 11, 10);
    expect(repeated?.worse).toBe(false);
  });
});

const places = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => from + i);

const sliced = (truth: string, said: string) => ({
  truth: labelsOf(labels(truth)),
  said: labelsOf(labels(said)),
  clusterOf: Uint32Array.from(truth, (_, row) => row),
});

describe('requireColumns', () => {
  it('names the column that is not there, and those that are', () => {
    const rows = [row({ input: 'x', lang: 'en' })];
    expect(() => requireColumns(rows, ['lang'], 'to slice by')).not.toThrow();
    expect(() => requireColumns(rows, ['lang', 'tongue'], 'to slice by')).toThrow(
      'no column tongue to slice by',
    );
    expect(() => requireColumns([row({ columns: { lang: null } })], ['lang'], '')).not.toThrow();
  });
});
