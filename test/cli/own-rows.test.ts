import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { runCli, scratchFolder } from '../helpers/cli.js';
import { readRows } from '../helpers/files.js';

const TASK = `name: spam
labels: { positive: spam, negative: ok }
policy: |
  Advertising that nobody asked for.
  Everything else is ok.
data: { text: body, label: verdict }
`;

/** Rows that people labelled, by a word that only spam has. */
const csvOf = (count: number, from = 0) =>
  ['body,verdict']
    .concat(
      Array.from({ length: count }, (_, i) =>
        i % 4 === 0
          ? `win a prize number ${from + i} now,spam`
          : `see you at ${from + i} for lunch,ok`,
      ),
    )
    .join('\n');

function setUp() {
  const cwd = scratchFolder();
  mkdirSync(cwd, { recursive: true });
  writeFileSync(join(cwd, 'spam.yaml'), TASK);
  writeFileSync(join(cwd, 'train.csv'), csvOf(80));
  writeFileSync(join(cwd, 'test.csv'), csvOf(60, 1000));
  const run = (command: 'collect' | 'train' | 'evaluate', ...flags: string[]) =>
    runCli(command, flags, { cwd });
  return { cwd, run };
}

describe('a file that people labelled', () => {
  it('is trained on and judged by, with no teacher, under the names of its task', async () => {
    const { cwd, run } = setUp();
    const trained = await run(
      ...(['train', '--task', 'spam.yaml', '--train-file', 'train.csv'] as const),
      ...['--labels', 'human', '--student', 's.json', '--exclude', 'test.csv'],
    );
    expect(trained.stderr).toContain('80 rows: 20 spam, 60 ok');
    const judged = await run(
      ...(['evaluate', '--task', 'spam.yaml', '--eval-file', 'test.csv'] as const),
      ...['-m', 'student:s.json', '--fail-under', 'spam.f1=0.9', '--report', 'r.json'],
      ...['--report', 'r.html', '--report', 'r.md', '--report', 'r.csv', '--report', 'r.xml'],
    );
    expect(judged.code).toBe(0);
    expect(judged.stdout).toMatch(/\n +ok +1\.00/);
    expect(judged.stdout).toMatch(/\n +spam +1\.00/);
    expect(judged.stdout).toContain('spam F1');
    expect(judged.stdout).not.toMatch(/toxic|teacher/i);
    expect(judged.stdout).toContain('student:s: spam.f1 at least 0.9');
    const [row] = readRows(join(cwd, 'outputs', 'test.csv.embedded-student-s.jsonl'));
    expect(row).toMatchObject({ prediction: 'spam', true_label: 'spam' });
  });

  it('is judged by rows that train set aside, and never by those that were learned', async () => {
    const { cwd, run } = setUp();
    writeFileSync(join(cwd, 'train.csv'), csvOf(200));
    const task = ['--task', 'spam.yaml'];
    const learn = ['--train-file', 'train.csv', '--labels', 'human', '--student', 's.json'];
    const trained = await run('train', ...task, ...learn);
    expect(trained.stderr).toContain('set aside   40 rows, to evaluate on: s.test.jsonl');
    const next = 'evaluate -m student:s.json --eval-file s.test.jsonl --task spam.yaml';
    expect(trained.stderr).toMatch(new RegExp(`^next +${next.replaceAll('.', '\\.')}$`, 'm'));
    const [row] = readRows(join(cwd, 's.test.jsonl'));
    expect(row).toMatchObject({ prediction: null, true_label: expect.stringMatching(/^spam|ok$/) });
    const models = [...task, '-m', 'student:s.json'];
    const aside = await run('evaluate', ...models, '--eval-file', 's.test.jsonl');
    expect([aside.code, aside.stdout]).toEqual([0, expect.stringContaining('answered 40 of 40')]);
    const whole = await run('evaluate', ...models, '--eval-file', 'train.csv');
    expect([whole.code, whole.stdout]).toEqual([0, expect.stringContaining('answered 40 of 40')]);
    expect(whole.stdout).toContain('160 rows are left out');
    const seen = ['-m', 'wordlist', '--eval-file', 'train.csv', '--train-file', 'train.csv'];
    const none = await run('evaluate', ...task, ...seen);
    expect(none.code).toBe(2);
    expect(none.stderr).toContain('0 of 200 rows are left, 0 spam, too few to judge by');
  });

  it('has no labels of a teacher to learn or to judge by', async () => {
    const { run } = setUp();
    const flags = ['--task', 'spam.yaml'];
    const train = await run('train', ...flags, '--train-file', 'train.csv', '--student', 's.json');
    expect(train).toMatchObject({ code: 2 });
    expect(train.stderr).toContain("train.csv has no teacher's labels");
    const evaluate = ['--eval-file', 'test.csv', '-m', 'wordlist', '--true-labels', 'teacher'];
    expect((await run('evaluate', ...flags, ...evaluate)).stderr).toContain(
      "test.csv has no teacher's labels",
    );
  });

  it('without a column of labels is refused with the way out', async () => {
    const { cwd, run } = setUp();
    writeFileSync(join(cwd, 'bare.csv'), 'text\nhello\n');
    const { code, stderr } = await run('evaluate', '--eval-file', 'bare.csv');
    expect(code).toBe(2);
    expect(stderr).toContain('name their column in a --task file');
  });
});

describe('labels of another task', () => {
  it('are not read as those of this one', async () => {
    const { cwd, run } = setUp();
    await run('collect', '--task', 'spam.yaml', '--dataset', 'test.csv', '--out', 'l.jsonl');
    expect(readRows(join(cwd, 'l.jsonl'))[0]).toMatchObject({ true_label: 'spam' });
    const { code, stderr } = await run('evaluate', '--eval-file', 'l.jsonl');
    expect(code).toBe(2);
    expect(stderr).toContain('labels of other names need their --task file');
  });

  it('are not those that a student has learned', async () => {
    const { run } = setUp();
    await run(
      'train',
      '--train-file',
      'train.csv',
      '--labels',
      'human',
      '--student',
      's.json',
      '--task',
      'spam.yaml',
    );
    const { code, stderr } = await run('collect', '-m', 'student:s.json', '--dataset', 'sample');
    expect(code).toBe(2);
    expect(stderr).toContain('s.json tells "spam" from "ok", the task toxicity has "toxic"');
  });
});
