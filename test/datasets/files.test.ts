import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { describe, expect, it } from 'vitest';
import { type DatasetOptions, openDataset } from '../../src/datasets/index.js';
import type { Sample } from '../../src/sample.js';
import { TOXICITY } from '../../src/task/task.js';
import { scratchFolder } from '../helpers/cli.js';

/** The samples of a file with this content. */
async function read(name: string, content: string | Buffer, options: DatasetOptions = {}) {
  const path = join(scratchFolder(), name);
  writeFileSync(path, content);
  const dataset = await openDataset(path, { env: {}, ...options });
  const samples: Sample[] = [];
  for await (const sample of dataset.rows()) samples.push(sample);
  return { size: dataset.size, texts: samples.map(({ text }) => text), samples };
}

describe('the kind of a file', () => {
  it.each([
    ['semicolons', 'a.csv', 'id;text;label\n1;"one; two, three";1\n2;four;0\n'],
    ['tabs', 'a.csv', 'id\ttext\tlabel\n1\tone; two, three\t1\n2\tfour\t0\n'],
    [
      'commas, though the names have semicolons',
      'a.csv',
      '"i;d",text,label\n1,"one; two, three",1\n2,four,0\n',
    ],
    ['tabs by its ending', 'a.tsv', 'text\tlabel\none; two, three\t1\nfour\t0\n'],
    [
      'a byte order mark',
      'a.csv',
      '\ufefftext;label\none; two, three;1\nfour;0\n'.replace(
        'one; two, three',
        '"one; two, three"',
      ),
    ],
  ])('CSV with %s is recognised', async (_, name, content) => {
    const { texts, samples } = await read(name, content);
    expect(texts).toEqual(['one; two, three', 'four']);
    expect(samples.map(({ label }) => label)).toEqual(['positive', 'negative']);
  });

  it('a quote within a text of a TSV file is no more than that', async () => {
    const { texts } = await read('a.tsv', 'text\tid\nthe "x" key\t1\n"quoted\ttab"\t2\n');
    expect(texts).toEqual(['the "x" key', 'quoted\ttab']);
  });

  it('.txt is a text a line, commas, quotes and all', async () => {
    const { texts, size } = await read('a.txt', 'one, "two"\r\n\r\n  three\nfour\u2028five');
    expect(texts).toEqual(['one, "two"', '  three', 'four\u2028five']);
    expect(size).toBe(3);
  });

  it('.txt needs no column of the task that other files have', async () => {
    const data = { text: 'body', label: 'verdict', map: new Map() };
    const { samples } = await read('a.txt', 'one\n', { task: { ...TOXICITY, data } });
    expect(samples).toMatchObject([{ text: 'one', label: null }]);
  });

  it.each([
    ['a.csv.gz', 'text\none\ntwo\n'],
    ['a.tsv.GZ', 'text\tid\none\t1\ntwo\t2\n'],
    ['a.jsonl.gz', '{"text":"one"}\n{"text":"two"}\n'],
    ['a.txt.gz', 'one\ntwo\n'],
    ['a.csv', 'text\none\ntwo\n'],
  ])('%s is read, unpacked where it is gzipped', async (name, content) => {
    expect((await read(name, gzipSync(content))).texts).toEqual(['one', 'two']);
    expect((await read(name, content)).texts).toEqual(['one', 'two']);
  });

  it('of packed files that were put together all are read', async () => {
    const both = Buffer.concat([gzipSync('one\n'), gzipSync('two\n')]);
    expect((await read('a.txt.gz', both)).texts).toEqual(['one', 'two']);
  });

  it('a packed file that is cut off is refused', async () => {
    const cut = gzipSync('text\n'.repeat(1000)).subarray(0, 30);
    await expect(read('a.txt.gz', cut)).rejects.toThrow(/a\.txt\.gz cannot be unpacked: /);
  });

  it('parquet that is packed again is none that is known', async () => {
    await expect(read('a.parquet.gz', 'x')).rejects.toMatchObject({
      message: expect.stringContaining('is not a dataset file'),
      hint: 'its name must end in .csv, .tsv, .jsonl, .txt or .parquet',
    });
  });
});

describe('what is no file of rows', () => {
  it('with two columns of one name is refused', async () => {
    await expect(read('a.csv', 'text, text ,b\nx,y,z\n')).rejects.toThrow(
      'has more than one column "text"',
    );
  });

  it('but columns without a name are left out, as spreadsheets leave them behind', async () => {
    const { samples } = await read('a.csv', 'text,,\nx,,\n');
    expect(samples).toMatchObject([{ text: 'x' }]);
    expect(samples[0]).not.toHaveProperty('columns');
  });

  it('a folder and a pipe are refused in one line', async () => {
    const folder = scratchFolder();
    mkdirSync(join(folder, 'data.csv'));
    execFileSync('mkfifo', [join(folder, 'pipe.csv'), join(folder, 'pipe')]);
    const hint = 'name a file on disk, or pipe it in: `dataset` -';
    for (const [name, is] of [
      ['data.csv', 'a folder'],
      ['pipe.csv', 'not a regular file'],
      ['pipe', 'not a regular file'],
    ] as const) {
      const path = join(folder, name);
      await expect(openDataset(path)).rejects.toMatchObject({ message: `${path} is ${is}`, hint });
    }
  });
});

describe('a file is read through before anything is asked', () => {
  it('which tells its size', async () => {
    expect((await read('a.csv', 'text\nx\ny\n')).size).toBe(2);
    expect((await openDataset('sample')).size).toBe(320);
  });

  it('and finds a row without a text, however far down', async () => {
    const lines = [...Array(50).keys()].map((i) => JSON.stringify({ text: i === 49 ? null : 'x' }));
    const path = join(scratchFolder(), 'a.jsonl');
    writeFileSync(path, lines.join('\n'));
    await expect(openDataset(path)).rejects.toThrow('row 49: "text" is null, not a text');
  });
});

describe('the label column of a task', () => {
  const data = { label: 'verdict', map: new Map() };
  const task = { ...TOXICITY, data };

  it('may be missing in a file without labels, and that is said', async () => {
    const notes: string[] = [];
    const onNote = (note: string) => notes.push(note);
    const { samples } = await read('a.csv', 'text,label\nx,1\n', { task, onNote });
    expect(samples).toMatchObject([{ text: 'x', label: null }]);
    expect(notes).toEqual([expect.stringContaining('no column "verdict"')]);
    await read('a.csv', 'text,verdict\nx,1\n', { task, onNote });
    expect(notes.length).toBe(1);
  });

  it('may not where a flag names it', async () => {
    await expect(read('a.csv', 'text\nx\n', { task, labelColumn: 'verdict' })).rejects.toThrow(
      'no column "verdict"',
    );
  });
});

describe('other columns', () => {
  it('come along, each with the value it has', async () => {
    const row = { text: 'x', label: 1, id: '007', n: 1.5, ok: false, none: null, at: { a: [1] } };
    const { samples } = await read('a.jsonl', JSON.stringify(row));
    expect(samples[0]?.columns).toEqual({
      id: '007',
      n: 1.5,
      ok: false,
      none: null,
      at: '{"a":[1]}',
    });
  });

  it('of parquet as JSON can hold them; what is binary stays behind', async () => {
    const columnData = [
      { name: 'text', data: ['x', 'y'], type: 'STRING' as const },
      { name: 'id', data: [7n, 2n ** 60n], type: 'INT64' as const },
      { name: 'at', data: [new Date(0), null], type: 'TIMESTAMP' as const },
      { name: 'ratio', data: [0.5, Number.NaN], type: 'DOUBLE' as const },
      { name: 'blob', data: [Uint8Array.of(1), Uint8Array.of(2)], type: 'BYTE_ARRAY' as const },
    ];
    const { samples } = await read('a.parquet', Buffer.from(parquetWriteBuffer({ columnData })));
    expect(samples.map(({ columns }) => columns)).toMatchObject([
      { id: 7, at: '1970-01-01T00:00:00.000Z', ratio: 0.5 },
      { id: String(2n ** 60n), at: null, ratio: null },
    ]);
  });

  it('do not grow without bound', async () => {
    const names = Array.from({ length: 130 }, (_, i) => `c${i}`);
    const long = `${'a'.repeat(999)}😀 and more`;
    const notes: string[] = [];
    const { samples } = await read('a.csv', `text,${names}\nx,${names.map(() => long)}\n`, {
      onNote: (note) => notes.push(note),
    });
    const columns = samples[0]?.columns ?? {};
    expect(Object.keys(columns)).toEqual(names.slice(0, 100));
    expect(columns.c0).toBe(`${'a'.repeat(999)}…`);
    expect(notes).toEqual([expect.stringContaining('130 other columns, of which 100 come along')]);
  });

  it('of a file of labels are those that came along before, not what the label is of', async () => {
    const label = { input: 'x', prediction: 'toxic', true_label: null, ds_original_idx: 3 };
    const more = { model: 'm', usage: { prompt_tokens: 1 }, columns: { lang: 'de' }, own: 1 };
    const { samples } = await read('a.jsonl', JSON.stringify({ ...label, ...more }));
    expect(samples[0]?.columns).toEqual({ own: 1, lang: 'de' });
  });

  it('do not come along of the sample, whose columns are the labels themselves', async () => {
    const dataset = await openDataset('sample');
    for await (const sample of dataset.rows()) expect(sample).not.toHaveProperty('columns');
  });

  it('are not the one that the split is chosen by', async () => {
    const content = 'text,split,lang\nx,train,de\ny,test,en\n';
    const { samples } = await read('a.csv', content, { split: 'test' });
    expect(samples.map(({ columns }) => columns)).toEqual([{ lang: 'en' }]);
  });
});
