import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type BasicType, parquetWriteBuffer } from 'hyparquet-writer';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { type DatasetOptions, openDataset } from '../../src/datasets/index.js';
import { checkSum } from '../../src/datasets/toxic-chat.js';
import { EXIT, UserError } from '../../src/errors.js';
import type { Sample } from '../../src/sample.js';
import { scratchFolder } from '../helpers/cli.js';
import { writeCsv, writeRows } from '../helpers/files.js';
import { closedPort, startHub } from '../helpers/hub-server.js';

function optionsWith(extra: Partial<DatasetOptions> = {}): DatasetOptions {
  return { env: {}, cacheDir: join(scratchFolder(), 'cache'), ...extra };
}

async function samplesOf(name: string, options: DatasetOptions): Promise<Sample[]> {
  const dataset = await openDataset(name, options);
  const samples: Sample[] = [];
  for await (const sample of dataset.rows()) samples.push(sample);
  return samples;
}

function file(name: string, content: string | Buffer): string {
  const path = join(scratchFolder(), name);
  writeFileSync(path, content);
  return path;
}

function parquet(
  columns: Record<string, { data: unknown[]; type: BasicType }>,
  rowGroupSize = 2,
): Buffer {
  const columnData = Object.entries(columns).map(([name, { data, type }]) => ({
    name,
    data,
    type,
  }));
  return Buffer.from(parquetWriteBuffer({ columnData, rowGroupSize }));
}

const threeRows = parquet({
  user_input: { data: ['a', 'b', 'c'], type: 'STRING' },
  toxicity: { data: [0n, 1n, 0n], type: 'INT64' },
  human_annotation: { data: [true, false, true], type: 'BOOLEAN' },
});

describe('a CSV file', () => {
  it('keeps quotes, newlines, commas, tabs and written-out escapes', async () => {
    const texts = [
      'say "hi", please',
      'two\nlines\r\nthree',
      'tab\there',
      '\\u001b[31m {{x}} <script>',
      'TOXIC',
    ];
    const path = join(scratchFolder(), 'data.csv');
    writeCsv(path, texts);
    const samples = await samplesOf(path, optionsWith());
    expect(samples.map(({ text }) => text)).toEqual(texts);
    expect(samples[4]).toEqual({
      id: 'id-4',
      index: 4,
      text: 'TOXIC',
      label: 'positive',
      humanChecked: true,
      jailbreaking: false,
      columns: { conv_id: 'id-4' },
    });
  });

  it.each([
    [
      'without a text column',
      'a,b\n1,2\n',
      'has none of the columns user_input, input, text, prompt',
    ],
    [
      'with an unknown label',
      'text,label\nhi,rude\n',
      '"label" holds what is no label: "rude" (1)',
    ],
    ['with a row too short', 'text,label\nhi\n', 'is not well-formed CSV: Invalid Record Length'],
    ['with an open quote', 'text\n"hi\n', 'is not well-formed CSV: Quote Not Closed'],
    [
      'that is not UTF-8',
      Buffer.from('text\nok\ncaf\xe9\n', 'latin1'),
      'line 3 is not valid UTF-8',
    ],
  ])('%s is refused', async (_, content, message) => {
    await expect(samplesOf(file('bad.csv', content), optionsWith())).rejects.toThrow(message);
  });

  it('carries how likely a row was to be drawn, where a column says so', async () => {
    const path = file('drawn.csv', 'text,sampling_probability\na,0.05\nb,1\nc,\n');
    const samples = await samplesOf(path, optionsWith());
    expect(samples.map(({ samplingProbability }) => samplingProbability)).toEqual([
      0.05,
      1,
      undefined,
    ]);
    for (const cell of ['0', '1.2', '-1', 'often']) {
      const bad = file('bad.csv', `text,sampling_probability\na,0.5\nb,${cell}\n`);
      await expect(samplesOf(bad, optionsWith())).rejects.toThrow(
        `row 1: "sampling_probability" is "${cell}", not a probability`,
      );
    }
  });

  it('takes the columns that are named', async () => {
    const path = file('own.csv', 'question,is_bad,text\nq1,yes,t1\nq2,no,t2\n');
    const judged = await samplesOf(path, optionsWith({ labelColumn: 'is_bad' }));
    expect(judged.map(({ label }) => label)).toEqual(['positive', 'negative']);
    const samples = await samplesOf(path, optionsWith({ textColumn: 'question' }));
    expect(samples.map(({ text, label }) => [text, label])).toEqual([
      ['q1', null],
      ['q2', null],
    ]);
    await expect(samplesOf(path, optionsWith({ textColumn: 'nope' }))).rejects.toThrow(
      'no column "nope"',
    );
  });
});

describe('a JSONL file', () => {
  it('is read whole, or by its split column', async () => {
    const path = join(scratchFolder(), 'own.jsonl');
    writeRows(path, [
      { text: 'a', label: 1, split: 'train' },
      { text: 'b', label: false, split: 'test' },
      { text: 'c', label: 'not toxic', split: 'test' },
    ]);
    expect((await samplesOf(path, optionsWith())).map(({ label }) => label)).toEqual([
      'positive',
      'negative',
      'negative',
    ]);
    const test = await samplesOf(path, optionsWith({ split: 'test' }));
    expect(test.map(({ text, index }) => [text, index])).toEqual([
      ['b', 0],
      ['c', 1],
    ]);
    await expect(samplesOf(path, optionsWith({ split: 'dev' }))).rejects.toThrow(
      'has no split "dev"',
    );
  });

  it('whose text is no text is refused with the row', async () => {
    const path = file('bad.jsonl', '{"text":"a"}\n{"text":null}\n');
    await expect(samplesOf(path, optionsWith())).rejects.toThrow(
      'row 1: "text" is null, not a text',
    );
  });
});

it('reads a parquet file of several row groups', async () => {
  const samples = await samplesOf(file('data.parquet', threeRows), optionsWith());
  expect(
    samples.map(({ index, text, label, humanChecked }) => [index, text, label, humanChecked]),
  ).toEqual([
    [0, 'a', 'negative', true],
    [1, 'b', 'positive', false],
    [2, 'c', 'negative', true],
  ]);
});

it('tells how far a parquet file has been read, by its rows', async () => {
  const dataset = await openDataset(file('data.parquet', threeRows), optionsWith());
  const told: number[] = [];
  const onRead = (_: string, read: number, size: number) => told.push(read / size);
  for await (const _ of dataset.rows(onRead));
  expect([...new Set(told)].filter((share) => share > 0)).toEqual([2 / 3, 1]);
});

it('refuses a broken parquet file', async () => {
  const path = file('broken.parquet', threeRows.subarray(0, 40));
  await expect(samplesOf(path, optionsWith())).rejects.toThrow('as parquet');
});

it.each(['nope.doc', 'toxichat', 'toString', ''])('does not know the dataset %j', async (name) => {
  await expect(openDataset(name)).rejects.toMatchObject({
    message: `unknown dataset "${name}"`,
    hint: 'Names are toxicchat, sample, hf:OWNER/NAME[:CONFIG], FILE, -, with FILE ending in .csv, .tsv, .jsonl, .txt or .parquet',
  });
});

it('refuses a name of the Hub without an owner', async () => {
  await expect(openDataset('hf:justaname')).rejects.toThrow('"hf:justaname" does not name');
});

it('needs no options, and reads where the Hub is from the environment', async () => {
  expect(await openDataset('sample')).toMatchObject({ name: 'sample', split: 'train' });
  const hub = await startHub({
    '/datasets/some/set/resolve/refs%2Fconvert%2Fparquet/default/train/0000.parquet': threeRows,
  });
  vi.stubEnv('HF_ENDPOINT', hub.endpoint);
  onTestFinished(() => {
    vi.unstubAllEnvs();
  });
  expect((await samplesOf('hf:some/set', {})).length).toBe(3);
});

it('names a dataset file that is not there', async () => {
  await expect(openDataset('nowhere.csv', optionsWith())).rejects.toThrow('nowhere.csv: ENOENT');
});

describe('hf:', () => {
  it('takes a fetch of the caller', async () => {
    const hub = await startHub({ [`${folder}/0000.parquet`]: threeRows });
    const asked: string[] = [];
    const fetch: typeof globalThis.fetch = (input, init) => {
      asked.push(String(input));
      return globalThis.fetch(input, init);
    };
    const options = optionsWith({ env: { HF_ENDPOINT: hub.endpoint }, fetch });
    expect((await samplesOf('hf:some/set', options)).length).toBe(3);
    expect(asked.length).toBeGreaterThanOrEqual(hub.requests.length);
  });

  const folder = '/datasets/some/set/resolve/refs%2Fconvert%2Fparquet/default/train';

  it('reads all shards by ranges, sending the token', async () => {
    const hub = await startHub({
      [`${folder}/0000.parquet`]: threeRows,
      [`${folder}/0001.parquet`]: threeRows,
    });
    const env = { HF_ENDPOINT: hub.endpoint, HF_TOKEN: 'hf_token' };
    const samples = await samplesOf('hf:some/set', optionsWith({ env }));
    expect(samples.map(({ index, text }) => `${index}${text}`)).toEqual([
      '0a',
      '1b',
      '2c',
      '3a',
      '4b',
      '5c',
    ]);
    expect(hub.requests.every(({ authorization }) => authorization === 'Bearer hf_token')).toBe(
      true,
    );
    expect(hub.requests.some(({ range }) => range !== undefined)).toBe(true);
  });

  it('says where it looked for a set that is not there', async () => {
    const hub = await startHub({});
    const options = optionsWith({ env: { HF_ENDPOINT: hub.endpoint }, split: 'dev' });
    await expect(samplesOf('hf:some/set:en', options)).rejects.toThrow(
      'the Hub has no parquet of some/set, config "en", split "dev"',
    );
  });
});

describe('toxicchat', () => {
  const path =
    '/datasets/lmsys/toxic-chat/resolve/29df8e4dba60e1f4af4b4075c0705c5b313548a8/data/0124/toxic-chat_annotation_train.csv';
  const csv = Buffer.from(
    'conv_id,user_input,model_output,human_annotation,toxicity,jailbreaking,openai_moderation\nx,hi,yo,True,0,0,[]\n',
  );

  it('is downloaded once, with both sums where a mirror differs, and then read offline', async () => {
    const hub = await startHub({ [path]: csv });
    const notes: string[] = [];
    const received: number[] = [];
    const options = optionsWith({
      env: { HF_ENDPOINT: `${hub.endpoint}/` },
      onNote: (note) => notes.push(note),
      onDownload: (bytes) => received.push(bytes),
    });
    expect((await samplesOf('toxicchat', options)).map(({ text }) => text)).toEqual(['hi']);
    expect(notes[0]).toContain(createHash('sha256').update(csv).digest('hex'));
    expect(notes[0]).toContain('702eb9b7cac96c3c35e28b9b95855a71f26f21afba8666f9d243f1fa469e81ed');
    expect(received.at(-1)).toBe(csv.length);
    expect(readdirSync(options.cacheDir ?? '')).toEqual(['toxic-chat_annotation_train.csv']);
    await samplesOf('toxicchat', options);
    expect(hub.requests.length).toBe(1);
  });

  it('leaves nothing behind of a download that breaks off', async () => {
    const hub = await startHub({
      [path]: (_, response) => {
        response.writeHead(200, { 'content-length': csv.length });
        response.write(csv.subarray(0, 10), () => response.destroy());
      },
    });
    const options = optionsWith({ env: { HF_ENDPOINT: hub.endpoint } });
    await expect(samplesOf('toxicchat', options)).rejects.toThrow('broke off after 10 bytes');
    expect(readdirSync(options.cacheDir ?? '')).toEqual([]);
  });

  it('stops a download at once when aborted, and leaves nothing behind', async () => {
    const stop = new AbortController();
    const hub = await startHub({
      [path]: (_, response) => {
        response.writeHead(200, { 'content-length': csv.length });
        response.write(csv.subarray(0, 10));
      },
    });
    const options = optionsWith({
      env: { HF_ENDPOINT: hub.endpoint },
      onDownload: () => stop.abort(),
      signal: stop.signal,
    });
    await expect(samplesOf('toxicchat', options)).rejects.toThrow('aborted');
    expect(readdirSync(options.cacheDir ?? '')).toEqual([]);
  });

  it('from the Hub itself must have the pinned sum', () => {
    const differing = { sum: 'aaa', expected: 'bbb', isMirror: false };
    const check = () => checkSum('x.csv', differing);
    expect(check).toThrow(UserError);
    expect(check).toThrow('sha256 aaa, expected bbb');
    expect(() => checkSum('x.csv', { ...differing, sum: 'bbb' })).not.toThrow();
  });

  it('has two splits', async () => {
    await expect(openDataset('toxicchat', optionsWith({ split: 'dev' }))).rejects.toThrow(
      'ToxicChat has no split "dev"',
    );
  });

  it('says what to do when the mirror cannot be reached', async () => {
    const env = { HF_ENDPOINT: `http://127.0.0.1:${await closedPort()}` };
    const failure = openDataset('toxicchat', optionsWith({ env }));
    await expect(failure).rejects.toMatchObject({ exitCode: EXIT.couldNotFinish });
    await expect(failure).rejects.toThrow('ECONNREFUSED');
  });

  it('ships no row of it', () => {
    const sample = readFileSync(new URL('../../data/sample.jsonl', import.meta.url), 'utf8');
    expect(sample).not.toMatch(/"conv_id": ?"[0-9a-f]{64}"/);
  });
});
