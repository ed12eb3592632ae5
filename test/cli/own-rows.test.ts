import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
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

  it('is followed by a command for rows like it where none are set aside', async () => {
    const { run } = setUp();
    const rows = ['--train-file', 'train.csv', '--labels', 'human', '--test-fraction', '0'];
    const { stderr } = await run('train', '--task', 'spam.yaml', ...rows, '--student', 's.json');
    expect(stderr).toMatch(
      /^next +judge it by other rows that people labelled: evaluate -m student:s\.json --eval-file FILE --task spam\.yaml$/m,
    );
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
    const rows = ['--eval-file', 'bare.csv'];
    for (const [command, flags] of [
      ['evaluate', rows],
      ['evaluate', [...rows, '--true-labels', 'teacher']],
      ['train', ['--train-file', 'bare.csv', '--student', 's.json']],
      ['train', ['--train-file', 'bare.csv', '--student', 's.json', '--labels', 'human']],
    ] as const) {
      const { code, stderr } = await run(command, ...flags);
      expect(code).toBe(2);
      expect(stderr).toBe(
        "error: bare.csv has neither human labels nor a teacher's\n" +
          '  people labelled it? name their column in a --task file, as data: { label: COLUMN }, or label the rows first: collect with --dataset bare.csv\n',
      );
    }
  });

  it('that the task names is said to lack it, with the columns that it has', async () => {
    const { cwd, run } = setUp();
    writeFileSync(join(cwd, 'typo.yaml'), TASK.replace('verdict', 'verdct'));
    const task = ['--task', 'typo.yaml'];
    const message =
      'error: test.csv has no column "verdct", in which the task has the human labels\n' +
      '  its columns are body, verdict: correct data.label, or label the rows first: collect with --dataset test.csv\n';
    const judged = ['--eval-file', 'test.csv', '-m', 'wordlist'];
    expect((await run('evaluate', ...task, ...judged)).stderr).toContain(message);
    const learned = ['--train-file', 'test.csv', '--student', 's.json', '--labels', 'human'];
    expect((await run('train', ...task, ...learned)).stderr).toBe(message);
  });

  it('gets its columns named in a task file, where no flag names them', async () => {
    const { run } = setUp();
    for (const [command, flag] of [
      ['train', '--train-file'],
      ['evaluate', '--eval-file'],
    ] as const) {
      const more = command === 'train' ? ['--student', 's.json'] : [];
      const { code, stderr } = await run(command, flag, 'test.csv', ...more);
      expect(code).toBe(2);
      expect(stderr).toContain('in a --task file, as data: { text: COLUMN }; its columns are body');
      expect(stderr).not.toContain('-column');
    }
  });
});

describe('a task with a policy of its own', () => {
  it('is not judged by the list of profanity where nobody named a model', async () => {
    const { cwd, run } = setUp();
    const rows = ['--task', 'spam.yaml', '--dataset', 'test.csv'];
    const collected = await run('collect', ...rows);
    expect(collected.code).toBe(2);
    expect(collected.stderr).toContain(
      'error: the task spam needs a model: wordlist, the default, finds profanity alone\n' +
        '  name one with -m; none is configured here',
    );
    expect(existsSync(join(cwd, 'outputs'))).toBe(false);
    const judged = await run('evaluate', '--task', 'spam.yaml', '--eval-file', 'test.csv');
    expect(judged).toMatchObject({ code: 2, stdout: '' });
    const env = { OPENAI_API_KEY: 'sk-test-0123456789abcdef' };
    const { stderr } = await runCli('collect', rows, { cwd, env });
    expect(stderr).toContain('name one with -m; gpt4, gpt3.5 are configured here');
  });

  it('is by the list that was named, which is said to know profanity alone', async () => {
    const { run } = setUp();
    const rows = ['--task', 'spam.yaml', '--dataset', 'test.csv', '--ds-max-size', '9'];
    const { code, stderr } = await run('collect', ...rows, '-m', 'wordlist');
    expect(code).toBe(0);
    expect(stderr).toContain('note: wordlist finds profanity, whatever spam is [profanity-only]');
  });

  it('has the built-in default where only labels or columns have names of their own', async () => {
    const { cwd, run } = setUp();
    writeFileSync(join(cwd, 'chats.yaml'), 'name: chats\ndata: { text: body }\n');
    const { code, stderr } = await run(
      ...(['collect', '--task', 'chats.yaml', '--dataset', 'test.csv'] as const),
    );
    expect(code).toBe(0);
    expect(stderr).not.toContain('profanity');
  });
});

describe('a name that is nearly right', () => {
  it.each([
    ['evaluate', '--eval-file', 'tset.csv', 'did you mean test.csv?'],
    ['train', '--student s.json --train-file', 'tarin.csv', 'did you mean train.csv?'],
    ['collect', '--dataset', 'tset.csv', 'did you mean test.csv?'],
    ['collect', '--dataset', 'test.xlsx', 'save the sheet as CSV'],
    ['collect', '--dataset sample -m', 'outputs/s.json', 'did you mean student:outputs/s.json?'],
  ] as const)('gets a hint in %s %s %s', async (command, flags, name, hint) => {
    const { run } = setUp();
    const { code, stderr } = await run(command, ...flags.split(' '), name);
    expect([code, stderr]).toEqual([2, expect.stringContaining(hint)]);
  });

  it('leads to a handful of files at most', async () => {
    const { cwd, run } = setUp();
    for (let i = 0; i < 9; i++) writeFileSync(join(cwd, `labels-${i}.jsonl`), '');
    const { stderr } = await run('evaluate', '--eval-file', 'messages.jsonl');
    expect(stderr).toContain('labels-4.jsonl and 4 more');
    expect(stderr).not.toContain('labels-5');
  });
});

describe('a run without a row', () => {
  it('ends with 2 also where it is dry, and leaves no file', async () => {
    const { cwd, run } = setUp();
    writeFileSync(join(cwd, 'empty.csv'), 'text\n');
    for (const more of [['--dry-run'], []]) {
      const { code, stderr } = await run(
        'collect',
        '--dataset',
        'empty.csv',
        '--out',
        'l.jsonl',
        ...more,
      );
      expect([code, stderr]).toEqual([
        2,
        expect.stringContaining('empty.csv has no rows to label'),
      ]);
    }
    expect(existsSync(join(cwd, 'l.jsonl'))).toBe(false);
  });

  it('of a server that is not there leaves no file either', async () => {
    const { cwd, run } = setUp();
    const dead = ['-m', 'small', '--base-url', 'http://127.0.0.1:9', '--max-retries', '0'];
    const collected = await run('collect', '--dataset', 'sample', ...dead);
    const rows = ['--eval-file', 'test.csv', '--task', 'spam.yaml'];
    const judged = await run('evaluate', ...rows, ...dead);
    expect([collected.code, judged.code]).toEqual([3, 3]);
    expect(
      readdirSync(join(cwd, 'outputs')).filter(
        (name) => /sonl$/.test(name) && !/unanswered/.test(name),
      ),
    ).toEqual([]);
  });

  it('says that a sample is all there is', async () => {
    const { run } = setUp();
    const { stderr } = await run('collect', '--dataset', 'sample', '--sample', '999');
    expect(stderr).toMatch(/note: sample has [\d,]+ rows: --sample takes them all/);
  });
});

describe('labels of another task', () => {
  it('are not read as those of this one', async () => {
    const { cwd, run } = setUp();
    const rows = ['--task', 'spam.yaml', '--dataset', 'test.csv', '--out', 'l.jsonl'];
    await run('collect', ...rows, '-m', 'wordlist');
    expect(readRows(join(cwd, 'l.jsonl'))[0]).toMatchObject({ true_label: 'spam' });
    const evaluated = await run('evaluate', '--eval-file', 'l.jsonl');
    const trained = await run('train', '--train-file', 'l.jsonl', '--student', 's.json');
    const more = ['--dataset', 'test.csv', '--text-column', 'body', '--out', 'l.jsonl'];
    for (const { code, stderr } of [evaluated, trained, await run('collect', ...more)]) {
      expect(code).toBe(2);
      expect(stderr).toMatch(
        /^error: l\.jsonl line 1: "prediction" is "(ok|spam)" \(expected "toxic" or "not toxic"\)\n {2}name the file of the --task that these labels are of; /,
      );
    }
  });

  it('are kept beside these, each to be gone on with', async () => {
    const { cwd, run } = setUp();
    writeFileSync(
      join(cwd, 'junk.yaml'),
      TASK.replaceAll('spam', 'junk').replace('ok }', 'fine }'),
    );
    writeFileSync(
      join(cwd, 'plain.csv'),
      csvOf(60).replaceAll(',spam', ',1').replaceAll(',ok', ',0'),
    );
    const judge = ['--eval-file', 'plain.csv', '-m', 'wordlist'];
    expect((await run('evaluate', ...judge, '--task', 'spam.yaml')).code).toBe(0);
    for (const more of [[], [], ['--fresh']]) {
      const other = await run('evaluate', ...judge, '--task', 'junk.yaml', ...more);
      expect([other.code, other.stderr]).toEqual([0, expect.not.stringContaining('error')]);
    }
    const kept = readdirSync(join(cwd, 'outputs')).map((name) =>
      readRows(join(cwd, 'outputs', name)),
    );
    const labels = kept.map((rows) =>
      [...new Set(rows.map(({ true_label }) => true_label))].sort(),
    );
    expect(labels.sort()).toEqual([
      ['fine', 'junk'],
      ['ok', 'spam'],
    ]);
  });

  it('and those of another student by the same name are not gone on with', async () => {
    const { run } = setUp();
    const learn = ['--task', 'spam.yaml', '--labels', 'human', '--student', 's.json'];
    const label = ['--task', 'spam.yaml', '--dataset', 'test.csv', '-m', 'student:s.json'];
    for (const file of ['train.csv', 'test.csv']) {
      await run('train', ...learn, '--train-file', file, '--test-fraction', '0');
      const { code, stderr } = await run('collect', ...label);
      if (file === 'train.csv') expect(code).toBe(0);
      else {
        expect(code).toBe(2);
        expect(stderr).toContain('line 1 was made by another student of this name (student@');
      }
    }
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
