import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readTrainingSet } from '../../src/labels/training-set.js';
import { scratchFolder } from '../helpers/cli.js';
import { originalRow, writeRows } from '../helpers/files.js';

const byTeacher = { model: 'gpt', provider: 'openai', prompt: 'moderator@1' };

const row = (index: number, input: string, extra: object = {}) => ({
  ...originalRow(index, input, 'toxic', 'not toxic'),
  ...byTeacher,
  ...extra,
});

function setUp(rows: readonly object[]) {
  const trainFile = join(scratchFolder(), 'train.jsonl');
  writeRows(trainFile, rows);
  const read = (options: { labels?: 'teacher' | 'human'; exclude?: string[] } = {}) =>
    readTrainingSet({ trainFile, exclude: [], labels: 'teacher', ...options });
  return { trainFile, read };
}

describe('readTrainingSet', () => {
  it('leaves out and counts duplicates, excluded rows and rows without text', async () => {
    const { trainFile, read } = setUp([
      row(0, 'You fool'),
      row(1, ' you  FOOL\n'),
      row(2, 'ｙｏｕ fool'),
      row(3, 'Of the test'),
      row(4, 'kept'),
      row(5, ' '),
    ]);
    const evalFile = `${trainFile}.eval`;
    writeFileSync(evalFile, '{"input":"OF THE  TEST"}\n{"input":"elsewhere"}\n');
    const set = await read({ exclude: [evalFile] });
    expect(set.examples.map(({ input }) => input)).toEqual(['You fool', 'kept']);
    expect(set).toMatchObject({ duplicates: 2, excluded: 1, empty: 1, withoutLabel: 0 });
  });

  it('gives the same examples whatever the order of the file', async () => {
    const rows = [row(2, 'c'), row(0, 'a'), row(1, 'b'), row(1, 'B', { prediction: 'not toxic' })];
    const there = await setUp(rows).read();
    expect(there.examples.map(({ input }) => input)).toEqual(['a', 'B', 'c']);
    expect(await setUp(rows.toReversed()).read()).toEqual(there);
  });

  it("takes the teacher's label and score, or the human label", async () => {
    const { read } = setUp([
      row(0, 'a', { score: 0.7 }),
      row(1, 'b'),
      row(2, 'c', { true_label: null, prediction: 'not toxic' }),
    ]);
    expect((await read()).examples).toMatchObject([
      { input: 'a', positive: true, target: 0.7 },
      { input: 'b', positive: true, target: 1 },
      { input: 'c', positive: false, target: 0 },
    ]);
    const human = await read({ labels: 'human' });
    expect(human.examples.map(({ target }) => target)).toEqual([0, 0]);
    expect(human).toMatchObject({ withoutLabel: 1, teacher: null });
  });

  it('names the teacher where there is one', async () => {
    expect((await setUp([row(0, 'a'), row(1, 'b')]).read()).teacher).toEqual(byTeacher);
    const two = [row(0, 'a'), row(1, 'b', { model: 'other' })];
    expect((await setUp(two).read()).teacher).toBeNull();
    const unnamed = [originalRow(0, 'a', 'toxic', null)];
    expect((await setUp(unnamed).read()).teacher).toBeNull();
  });

  it('names the dataset where there is one', async () => {
    const of = (dataset: string) => ({ ...byTeacher, dataset });
    const read = (...datasets: object[]) =>
      setUp(datasets.map((extra, i) => row(i, `text ${i}`, extra))).read();
    expect((await read(of('sample'), of('sample'))).dataset).toBe('sample');
    expect((await read(of('sample'), of('toxicchat'))).dataset).toBeNull();
    expect((await read(of('sample'), {})).dataset).toBeNull();
    expect((await read({}, {})).dataset).toBeNull();
  });

  it('says why nothing is left', async () => {
    const { trainFile, read } = setUp([row(0, 'a', { true_label: null })]);
    await expect(read({ labels: 'human' })).rejects.toThrow('has no human labels');
    await expect(read({ exclude: [trainFile] })).rejects.toThrow('in a file of `exclude`');
    await expect(setUp([]).read()).rejects.toThrow('holds no rows');
  });
});
