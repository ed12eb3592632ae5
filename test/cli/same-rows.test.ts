import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { runCli, scratchFolder } from '../helpers/cli.js';
import { makeExamples } from '../helpers/examples.js';
import { isPositive, originalRow, writeRows } from '../helpers/files.js';
import { startModelServer } from '../helpers/model-server.js';

/** Two folders, and a server that counts what it is asked. */
async function setUp() {
  const server = await startModelServer(({ text }) => (isPositive(text) ? 'toxic' : 'not toxic'));
  onTestFinished(() => server.close());
  const cwd = scratchFolder();
  for (const folder of ['p', 'q']) mkdirSync(join(cwd, folder), { recursive: true });
  const env = { OPENAI_BASE_URL: server.url, OPENAI_API_KEY: 'sk-test-0123456789abcdef' };
  const run = (command: 'collect' | 'train' | 'evaluate', ...flags: string[]) =>
    runCli(command, flags, { cwd, env });
  const asked = () => server.requests.splice(0).length;
  return { cwd, run, asked };
}

const labelled = (count: number, word: string) =>
  Array.from({ length: count }, (_, i) =>
    originalRow(i, `${word} ${i}${i % 2 ? '' : ' TOXIC'}`, 'toxic', i % 2 ? 'not toxic' : 'toxic'),
  );

describe('answers belong to rows, not to the name of a file', () => {
  it('two files of one name have a file of answers each', async () => {
    const { cwd, run, asked } = await setUp();
    writeRows(join(cwd, 'p', 'test.jsonl'), labelled(6, 'one'));
    writeRows(join(cwd, 'q', 'test.jsonl'), labelled(8, 'two'));
    const evaluate = (file: string) => run('evaluate', '-m', 'openai:small', '--eval-file', file);
    await evaluate('p/test.jsonl');
    expect(asked()).toBe(6);
    const other = await evaluate('q/test.jsonl');
    expect(asked()).toBe(8);
    expect(other.stderr).toMatch(/answers {5}outputs\/test-[0-9a-f]{8}\.openai-small\.jsonl/);
    await evaluate('p/test.jsonl');
    await evaluate('q/test.jsonl');
    expect(asked()).toBe(0);
  });

  it('a file that has grown keeps those it has', async () => {
    const { cwd, run, asked } = await setUp();
    for (const [count, requests] of [
      [6, 6],
      [9, 3],
    ] as const) {
      writeRows(join(cwd, 'test.jsonl'), labelled(count, 'one'));
      await run('evaluate', '-m', 'openai:small', '--eval-file', 'test.jsonl');
      expect(asked()).toBe(requests);
    }
  });

  it('a file that was moved, or names another dataset, keeps them too', async () => {
    const { cwd, run, asked } = await setUp();
    const rows = labelled(4, 'one').map((row) => ({ ...row, dataset: 'p/own.csv' }));
    writeRows(join(cwd, 'test.jsonl'), rows);
    await run('evaluate', '-m', 'openai:small', '--eval-file', 'test.jsonl');
    expect(asked()).toBe(4);
    writeRows(
      join(cwd, 'q', 'test.jsonl'),
      rows.map((row) => ({ ...row, dataset: 'q/own.csv' })),
    );
    const moved = await run('evaluate', '-m', 'openai:small', '--eval-file', 'q/test.jsonl');
    expect(moved.code).toBe(0);
    expect(asked()).toBe(0);
  });
});

describe('labels go on where the dataset was moved', () => {
  const csv = (word: string) => `text,label\n${word} a,1\n${word} b,0\n${word} c,0\n`;

  it('if its rows are those on record', async () => {
    const { cwd, run, asked } = await setUp();
    writeFileSync(join(cwd, 'p', 'own.csv'), csv('one'));
    await run('collect', '-m', 'openai:small', '--dataset', 'p/own.csv', '--ds-max-size', '2');
    expect(asked()).toBe(2);
    renameSync(join(cwd, 'p', 'own.csv'), join(cwd, 'q', 'mine.csv'));
    const moved = await run('collect', '-m', 'openai:small', '--dataset', 'q/mine.csv');
    expect(moved.code).toBe(0);
    expect(moved.stderr).toContain('note: the rows of q/mine.csv are on record as p/own.csv');
    expect(asked()).toBe(1);
  });

  it('and not if they are others', async () => {
    const { cwd, run, asked } = await setUp();
    for (const [folder, word] of [
      ['p', 'one'],
      ['q', 'two'],
    ] as const) {
      writeFileSync(join(cwd, folder, 'own.csv'), csv(word));
    }
    await run('collect', '-m', 'openai:small', '--dataset', 'p/own.csv');
    expect(asked()).toBe(3);
    const { code, stderr } = await run('collect', '-m', 'openai:small', '--dataset', 'q/own.csv');
    expect(code).toBe(2);
    expect(stderr).toContain('this run has dataset q/own.csv');
    expect(asked()).toBe(0);
  });
});

describe('two students of one name', () => {
  it('are two contenders, each with its answers', async () => {
    const { cwd, run } = await setUp();
    const rowsOf = (seed: number) =>
      makeExamples(80, { seed }).map(({ input, positive }, i) =>
        originalRow(i, input, positive ? 'toxic' : 'not toxic', positive ? 'toxic' : 'not toxic'),
      );
    for (const [i, folder] of ['p', 'q'].entries()) {
      writeRows(join(cwd, folder, 'train.jsonl'), rowsOf(i + 1));
      const files = ['--train-file', `${folder}/train.jsonl`, '--student', `${folder}/s.json`];
      await run('train', ...files);
    }
    writeRows(join(cwd, 'test.jsonl'), rowsOf(3));
    const models = ['-m', 'student:p/s.json', '-m', 'student:q/s.json'];
    const { code, stdout, stderr } = await run('evaluate', ...models, '--eval-file', 'test.jsonl');
    expect(code).toBe(0);
    expect(stdout).toContain('student:q/s.json');
    const files = stderr.match(/outputs\/test\.embedded-student-s\S*\.jsonl/g);
    expect(new Set(files).size).toBe(2);
    const twice = await run('evaluate', '-m', 'student:p/s.json', '-m', 'student:p/s.json');
    expect(twice.code).toBe(2);
  });
});
