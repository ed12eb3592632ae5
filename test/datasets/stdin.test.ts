import { existsSync, readdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { type DatasetOptions, openDataset } from '../../src/datasets/index.js';
import { TOXICITY } from '../../src/task/task.js';
import { scratchFolder } from '../helpers/cli.js';

let temporary = '';
beforeEach(() => {
  temporary = scratchFolder();
  vi.stubEnv('TMPDIR', temporary);
});
afterEach(() => vi.unstubAllEnvs());

async function pipe(content: string | Uint8Array, options: DatasetOptions = {}) {
  const notes: string[] = [];
  const dataset = await openDataset('-', {
    stdin: Readable.from([Buffer.from(content)]),
    onNote: (note) => notes.push(note),
    ...options,
  });
  onTestFinished(() => dataset.close?.());
  const texts: string[] = [];
  for await (const { text } of dataset.rows()) texts.push(text);
  return { dataset, notes, texts };
}

const kept = () => readdirSync(temporary, { recursive: true, encoding: 'utf8' });

describe('what is piped in', () => {
  const parquet = new Uint8Array(
    parquetWriteBuffer({ columnData: [{ name: 'text', data: ['one', 'two'], type: 'STRING' }] }),
  );

  it.each<[string, string | Uint8Array, DatasetOptions]>([
    ['JSONL', '{"text":"one"}\n{"text":"two"}\n', {}],
    ['CSV', 'text\none\ntwo\n', {}],
    ['CSV', '"text"\none\ntwo\n', {}],
    ['CSV', 'comment_id;body\n1;one\n2;two\n', { textColumn: 'body' }],
    ['CSV', 'the body\none\ntwo\n', { textColumn: 'the body' }],
    ['CSV', gzipSync('id,text\n1,one\n2,two\n'), {}],
    ['a text a line', 'one\ntwo\n', {}],
    ['a text a line', 'one\ntwo\n', { textColumn: 'body' }],
    ['parquet', parquet, {}],
  ])('is recognised as %s', async (kind, content, options) => {
    const { texts, notes, dataset } = await pipe(content, options);
    expect(texts).toEqual(['one', 'two']);
    expect(notes).toEqual([`note: stdin is read as ${kind} [read-as]`]);
    expect(dataset.size).toBe(2);
  });

  it('is a text a line where a first line with commas is no list of names', async () => {
    const { texts } = await pipe('Well, I never\nfine\n');
    expect(texts).toEqual(['Well, I never', 'fine']);
  });

  it('is not taken for texts where its first line is a list of names', async () => {
    await expect(pipe('comment_id,body\n1,one\n')).rejects.toMatchObject({
      message: 'stdin has none of the columns user_input, input, text, prompt',
      hint: expect.stringContaining('its columns are comment_id, body'),
    });
    expect(kept()).toEqual([]);
  });

  it('is refused where it is a table without the column that was named', async () => {
    const rows = '17;hello there;en;scam\n18;bye;en;legit\n';
    await expect(pipe(rows, { textColumn: 'body' })).rejects.toMatchObject({
      message: 'stdin begins with "17;hello there;en;scam", which names no column "body"',
      exitCode: 2,
    });
    const data = { text: 'body', map: new Map() };
    await expect(pipe(rows, { task: { ...TOXICITY, data } })).rejects.toThrow('no column "body"');
    expect(kept()).toEqual([]);
  });

  it('can be read again, from a file that only its user may read, until it is closed', async () => {
    const { dataset } = await pipe('one\ntwo\n');
    let again = 0;
    for await (const _ of dataset.rows()) again += 1;
    expect(again).toBe(2);
    const file = kept().find((name) => name.endsWith('stdin')) ?? '';
    const folder = dirname(file);
    expect(statSync(`${temporary}/${folder}`).mode & 0o777).toBe(0o700);
    expect(statSync(`${temporary}/${file}`).mode & 0o777).toBe(0o600);
    dataset.close?.();
    expect(kept()).toEqual([]);
    expect(existsSync(temporary)).toBe(true);
  });

  it('goes by stdin in rows and errors', async () => {
    expect((await pipe('one\n')).dataset.name).toBe('stdin');
    await expect(pipe('{"text":"one"}\n{"text":\n')).rejects.toThrow('stdin line 2 is not JSON');
    await expect(pipe('text\n"open\n')).rejects.toThrow('stdin is not well-formed CSV');
  });

  it('may be nothing', async () => {
    const { texts, dataset } = await pipe('');
    expect([texts, dataset.size]).toEqual([[], 0]);
  });
});
