import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { refuseOverwriting, setAside, writeTestFile } from '../../src/labels/set-aside.js';
import type { LabelledRow } from '../../src/records.js';
import { exampleOf } from '../../src/student/examples.js';
import { labelledRow } from '../helpers/analysis.js';
import { scratchFolder } from '../helpers/cli.js';
import { readRows } from '../helpers/files.js';

/** Rows of which one in four is positive to the teacher, and none to people. */
const rowsOf = (count: number): LabelledRow[] =>
  Array.from({ length: count }, (_, i) =>
    labelledRow({
      ds_original_idx: i,
      input: `text ${i}`,
      prediction: i % 4 === 0 ? 'positive' : 'negative',
      true_label: 'negative',
    }),
  );

const setOf = (rows: readonly LabelledRow[]) => ({
  rows,
  examples: rows.flatMap((row) => exampleOf(row, 'teacher') ?? []),
});

describe('setAside', () => {
  const set = setOf(rowsOf(100));
  const textsOf = (rows: readonly { readonly input: string }[]) => rows.map(({ input }) => input);

  it('takes a fifth of both labels, which is not learned from', () => {
    const { learned, test, fraction } = setAside(set, {});
    expect([learned.length, test.length, fraction]).toEqual([80, 20, 0.2]);
    expect(test.filter(({ prediction }) => prediction === 'positive')).toHaveLength(5);
    expect([...textsOf(learned), ...textsOf(test)].sort()).toEqual(textsOf(set.rows).sort());
  });

  it('takes the same rows for the same seed', () => {
    expect(setAside(set, {})).toEqual(setAside(set, { seed: 0 }));
    expect(setAside(set, { seed: 1 }).test).not.toEqual(setAside(set, {}).test);
  });

  it('keeps all rows of a text on one side', () => {
    const copies = set.rows.map((row, i) => ({
      ...row,
      ds_original_idx: 100 + i,
      input: ` ${row.input.toUpperCase()}`,
    }));
    const { learned, test } = setAside({ ...set, rows: [...set.rows, ...copies] }, {});
    expect(test).toHaveLength(40);
    const tested = new Set(textsOf(test).map((text) => text.trim().toLowerCase()));
    expect(textsOf(learned).filter((text) => tested.has(text))).toEqual([]);
  });

  it('takes no row without a label to judge by', () => {
    const [first, ...others] = set.rows;
    const twin = { ...first, ds_original_idx: 200, true_label: null } as LabelledRow;
    const rows = [...set.rows, twin];
    const human = {
      rows,
      examples: [first as LabelledRow, ...others].map(({ input }, i) => ({
        input,
        positive: i < 50,
        target: 1,
      })),
    };
    const { test } = setAside(human, { labels: 'human', testFraction: 0.99 });
    expect(test.map(({ ds_original_idx }) => ds_original_idx)).not.toContain(200);
    expect(textsOf(test)).toContain('text 0');
  });

  it.each([
    ['a file to evaluate on is excluded', set, { exclude: ['test.jsonl'] }],
    ['the user says so', set, { testFraction: 0 }],
    ['four toxic rows would be all', setOf(rowsOf(88)), {}],
    ['no row is toxic', setOf(rowsOf(100).filter((_, i) => i % 4 > 0)), {}],
  ])('takes nothing where %s', (_, from, options) => {
    const { learned, test, fraction } = setAside(from, options);
    expect([learned, test, fraction]).toEqual([from.examples, [], 0]);
  });

  it('takes what the user says, however few rows that are', () => {
    const few = setOf(rowsOf(20));
    expect(setAside(few, { testFraction: 0.2 }).test).toHaveLength(4);
    expect(setAside(set, { testFraction: 0.4, exclude: ['x'] }).test).toHaveLength(40);
  });
});

const names = { positive: 'spam', negative: 'ok' };

describe('the file of the rows that are set aside', () => {
  function written(rows: readonly LabelledRow[]) {
    const path = join(scratchFolder(), 's.test.jsonl');
    writeTestFile(path, rows, names);
    return path;
  }

  it('has the labels under the names of the task', () => {
    const [first, second] = readRows(written(rowsOf(2)));
    expect(first).toMatchObject({ prediction: 'spam', true_label: 'ok' });
    expect(second).toMatchObject({ prediction: 'ok', true_label: 'ok' });
    const [open] = readRows(written([labelledRow({ true_label: null })]));
    expect(open).toMatchObject({ true_label: null });
  });

  it('is written over where the training file holds all of its rows', async () => {
    const path = written(rowsOf(3));
    await expect(
      refuseOverwriting({ path, rows: rowsOf(9), names, taken: [] }),
    ).resolves.toBeUndefined();
    const none = `${path}.none`;
    await expect(
      refuseOverwriting({ path: none, rows: [], names, taken: [] }),
    ).resolves.toBeUndefined();
  });

  it('is not written over where somebody has put work into it', async () => {
    const [first, ...others] = rowsOf(3);
    const path = written([{ ...(first as LabelledRow), true_label: 'positive' }, ...others]);
    await expect(refuseOverwriting({ path, rows: rowsOf(9), names, taken: [] })).rejects.toThrow(
      `written over ${path}, of which 1 line is not in the training file`,
    );
    writeFileSync(path, 'my notes\nof today');
    await expect(refuseOverwriting({ path, rows: rowsOf(9), names, taken: [] })).rejects.toThrow(
      'of which 2 lines are not',
    );
  });

  it('is no other file of the same run', async () => {
    const path = written(rowsOf(3));
    const taken = [`${path}/../s.test.jsonl`];
    await expect(refuseOverwriting({ path, rows: rowsOf(3), names, taken })).rejects.toThrow(
      `would be written over ${path}`,
    );
  });
});
