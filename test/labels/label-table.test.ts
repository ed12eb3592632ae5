import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import {
  asyncBufferFromFile,
  parquetMetadataAsync,
  parquetReadObjects,
  parquetSchema,
} from 'hyparquet';
import { compressors } from 'hyparquet-compressors';
import { describe, expect, it } from 'vitest';
import { labelPaths } from '../../src/labels/label-paths.js';
import { checkTable, writeTable } from '../../src/labels/label-table.js';
import { TOXICITY_LABELS } from '../../src/terms.js';
import { scratchFolder } from '../helpers/cli.js';
import { originalRow, writeRows } from '../helpers/files.js';

const OF_STUDENT = { model: 'student:s', provider: 'embedded', prompt: 's@1', dataset: 'a.csv' };

const ROWS = [
  { ...originalRow(2, 'third', 'toxic', null), columns: { id: 'c2', n: 3, mixed: true } },
  { ...originalRow(0, '=1+1', 'not toxic', 'toxic'), columns: { id: '007', n: 1, mixed: 'x' } },
  { ...originalRow(1, 'ü\u001b[31m', 'toxic', null), columns: { id: null, n: 2 }, score: 0.5 },
].map((row) => ({ ...OF_STUDENT, ...row, is_jailbreaking: null, usage: null, cost_usd: 0 }));

/** The paths of a table whose labels are on disk. */
function withLabels(name: string, rows: readonly object[] = ROWS) {
  const paths = labelPaths(join(scratchFolder(), name));
  writeRows(paths.jsonl, rows);
  return paths;
}

async function readParquet(path: string) {
  const file = await asyncBufferFromFile(path);
  const types = parquetSchema(await parquetMetadataAsync(file)).children.map(
    ({ element: { name, type } }) => [name, type],
  );
  return {
    rows: await parquetReadObjects({ file, compressors }),
    types: Object.fromEntries(types),
  };
}

describe('where labels go', () => {
  it.each([
    ['a/labels.csv', { jsonl: 'a/labels.jsonl', table: 'a/labels.csv' }],
    ['labels.PARQUET', { jsonl: 'labels.jsonl', table: 'labels.PARQUET' }],
    ['labels.jsonl', { jsonl: 'labels.jsonl', table: undefined }],
    ['labels', { jsonl: 'labels', table: undefined }],
  ])('of %s', (out, paths) => {
    expect(labelPaths(out)).toEqual(paths);
  });

  it.each(['labels.tsv', 'labels.jsonl.gz', 'labels.xlsx', 'labels.txt'])('not to %s', (out) => {
    expect(() => labelPaths(out)).toThrow(/^no labels are written as \./);
  });
});

describe('a table of labels', () => {
  it('as CSV has the rows in the order of the dataset, and the columns that came along', async () => {
    const paths = withLabels('l.csv');
    expect(await writeTable(paths, TOXICITY_LABELS)).toBe(paths.table);
    const text = readFileSync(paths.table ?? '', 'utf8');
    expect(text.slice(0, text.indexOf('\r\n'))).toBe(
      'input,prediction,origin,human_check,true_label,is_jailbreaking,ds_original_idx,id,n,mixed,score,model,provider,prompt,dataset,cost_usd',
    );
    const records: Record<string, string>[] = parse(text, { columns: true });
    expect(records.map(({ id, n, mixed }) => [id, n, mixed])).toEqual([
      ['007', '1', 'x'],
      ['', '2', ''],
      ['c2', '3', 'true'],
    ]);
    expect(records.map(({ prediction, true_label }) => [prediction, true_label])).toEqual([
      ['not toxic', 'toxic'],
      ['toxic', ''],
      ['toxic', ''],
    ]);
  });

  it('as CSV holds nothing that a spreadsheet or a terminal would obey', async () => {
    const paths = withLabels('l.csv');
    await writeTable(paths, TOXICITY_LABELS);
    const text = readFileSync(paths.table ?? '', 'utf8');
    expect(text).toContain("\r\n'=1+1,not toxic");
    expect(text).toContain('ü\\x1b[31m');
  });

  it('as parquet has the texts unchanged, and a type for each column', async () => {
    const paths = withLabels('l.parquet');
    await writeTable(paths, TOXICITY_LABELS);
    const { rows, types } = await readParquet(paths.table ?? '');
    expect(rows.map(({ input }) => input)).toEqual(['=1+1', 'ü\u001b[31m', 'third']);
    expect(rows[1]).toMatchObject({
      ds_original_idx: 1n,
      n: 2n,
      score: 0.5,
      id: null,
      mixed: null,
    });
    expect(rows.map(({ mixed }) => mixed)).toEqual(['x', null, 'true']);
    expect(types).toMatchObject({
      ...{ input: 'BYTE_ARRAY', human_check: 'BOOLEAN', is_jailbreaking: 'INT64', n: 'INT64' },
      ...{ score: 'DOUBLE', cost_usd: 'DOUBLE', id: 'BYTE_ARRAY' },
    });
  });

  it('holds more rows than are held at a time', async () => {
    const many = Array.from({ length: 10_001 }, (_, i) =>
      originalRow(i, `text ${i}`, 'toxic', null),
    );
    const paths = withLabels('l.parquet', many.toReversed());
    await writeTable(paths, TOXICITY_LABELS);
    const { rows } = await readParquet(paths.table ?? '');
    expect(rows.length).toBe(10_001);
    expect(rows.at(-1)).toMatchObject({ input: 'text 10000', ds_original_idx: 10_000n });
  });

  it('has the names of the task, and another name for a column that is called as one of its own', async () => {
    const names = { positive: 'spam', negative: 'ok' };
    const row = { ...originalRow(0, 'x', 'spam', 'ok'), columns: { model: 'T4', score: 1 } };
    const paths = withLabels('l.csv', [{ ...OF_STUDENT, ...row }]);
    await writeTable(paths, names);
    const [record] = parse(readFileSync(paths.table ?? ''), { columns: true }) as object[];
    expect(record).toMatchObject({
      ...{ prediction: 'spam', true_label: 'ok', model: 'student:s' },
      ...{ 'columns.model': 'T4', 'columns.score': '1' },
    });
    expect(record).not.toHaveProperty('score');
  });

  it('is not written where there is no label, or none is wanted', async () => {
    const paths = withLabels('l.csv', []);
    expect(await writeTable(paths, TOXICITY_LABELS)).toBeUndefined();
    expect(existsSync(paths.table ?? '')).toBe(false);
    expect(await writeTable(withLabels('l.jsonl'), TOXICITY_LABELS)).toBeUndefined();
  });
});

describe('before anything is asked', () => {
  it('a table that no run wrote is refused, and left as it is', () => {
    const paths = labelPaths(join(scratchFolder(), 'mine.csv'));
    writeFileSync(paths.table ?? '', 'mine');
    expect(() => checkTable(paths)).toThrow(/mine\.csv is there already, and .*mine\.jsonl/);
    expect(readFileSync(paths.table ?? '', 'utf8')).toBe('mine');
    writeRows(paths.jsonl, ROWS);
    checkTable(paths);
    expect(readFileSync(paths.table ?? '', 'utf8')).toBe('mine');
  });

  it('so is a folder, and nothing is left behind', () => {
    const folder = scratchFolder();
    mkdirSync(join(folder, 'l.csv'));
    const paths = labelPaths(join(folder, 'l.csv'));
    writeRows(paths.jsonl, ROWS);
    expect(() => checkTable(paths)).toThrow('is a folder');
    checkTable(labelPaths(join(folder, 'new', 'l.csv')));
    expect(readdirSync(join(folder, 'new'))).toEqual([]);
  });
});
