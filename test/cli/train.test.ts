import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import { trainCommand } from '../../src/cli/train.js';
import type { ChatLine } from '../../src/labels/chat-export.js';
import { systemClock } from '../../src/requests/clock.js';
import { openTexts } from '../../src/student/learned-texts.js';
import { readStudent } from '../../src/student/student-file.js';
import { runCli, scratchFolder } from '../helpers/cli.js';
import { hashEmbedder, makeExamples } from '../helpers/examples.js';
import { originalRow, readRows, writeRows } from '../helpers/files.js';

const sampleFile = fileURLToPath(new URL('../../data/sample.jsonl', import.meta.url));

function labelledRows(count: number, seed = 1) {
  return makeExamples(count, { seed }).map(({ input, positive }, i) =>
    originalRow(i, input, positive ? 'toxic' : 'not toxic', positive ? 'toxic' : 'not toxic'),
  );
}

function setUp(rows: readonly object[] = labelledRows(120)) {
  const cwd = scratchFolder();
  mkdirSync(join(cwd, 'outputs'));
  writeRows(join(cwd, 'outputs/outputs.jsonl'), rows);
  const train = (...args: string[]) => runCli('train', args, { cwd });
  const read = (file: string) => readFileSync(join(cwd, file), 'utf8');
  return { cwd, train, read };
}

describe('train --student', () => {
  it('prints the report, then what it did and what comes next', async () => {
    const { cwd, train } = setUp();
    const { code, stdout, stderr } = await train('--student', 'outputs/student.json');
    expect(code).toBe(0);
    expect(stdout).toMatch(
      /^Cross-validated over 5 folds of 96 rows, 24 toxic \(the teacher's labels\):\n +precision +recall +f1 +auprc +brier +ece\n\n +n-grams( +[01]\.\d{3}){6}\n95% interval( +[01]\.\d\d-[01]\.\d\d){2}\n$/,
    );
    expect(stderr).toContain('learned     96 rows: 24 toxic, 72 not toxic\n');
    expect(stderr).toContain('set aside   24 rows, to evaluate on: outputs/student.test.jsonl\n');
    expect(stderr).toContain('warning     24 toxic rows are few: below 70');
    const { student } = readStudent(join(cwd, 'outputs/student.json'));
    expect(student).toMatchObject({ labels: 'teacher', teacher: null, seed: 0 });
    expect(readdirSync(join(cwd, 'outputs')).sort()).toEqual([
      'outputs.jsonl',
      'student.json',
      'student.test.jsonl',
    ]);
  });

  it('says of each row once what became of it, though texts repeat on both sides', async () => {
    const rows = labelledRows(120);
    const copies = rows.map((row, i) => ({ ...row, ds_original_idx: 120 + i }));
    const { cwd, train } = setUp([...rows, ...copies]);
    const { stderr } = await train('--student', 's.json');
    expect(stderr).toContain('learned     96 rows');
    expect(stderr).toContain('excluded    96 duplicates');
    expect(stderr).toContain('set aside   48 rows');
    expect(readRows(join(cwd, 's.test.jsonl'))).toHaveLength(48);
  });

  it('sets thousands apart', async () => {
    const { train } = setUp(labelledRows(1400).concat(labelledRows(1100)));
    const { stdout, stderr } = await train('--export', 'c.jsonl', '--test-fraction', '0');
    expect(stdout).toBe('');
    expect(stderr).toContain('learned     1,400 rows: 350 toxic, 1,050 not toxic');
    expect(stderr).toContain('excluded    1,100 duplicates');
    expect(stderr).toContain('c.jsonl: 1,400 lines TRAIN, 0 TEST');
  });

  it('does not warn where there are enough toxic rows', async () => {
    const rows = labelledRows(360).filter((_, i) => i % 4 < 2);
    const { train } = setUp(rows);
    expect((await train('--student', 's.json')).stderr).not.toContain('warning');
  });

  it('writes the same bytes again, in whatever order the rows stand', async () => {
    const rows = labelledRows(80);
    const first = setUp(rows);
    const second = setUp(rows.toReversed());
    for (const { train } of [first, second]) await train('--student', 's.json', '--seed', '3');
    expect(second.read('s.json')).toBe(first.read('s.json'));
    await second.train('--student', 's.json', '--seed', '4');
    expect(second.read('s.json')).not.toBe(first.read('s.json'));
  });

  it('makes of the sample the student that it makes everywhere', async () => {
    const rows = readRows(sampleFile).map(({ user_input, toxicity }, i) =>
      originalRow(i, String(user_input), 'toxic', toxicity === 1 ? 'toxic' : 'not toxic'),
    );
    const { train, read } = setUp(rows);
    await train('--student', 's.json', '--labels', 'human');
    // It changes with the sample, the features and the fit; never with the machine.
    const digest = createHash('sha256').update(read('s.json')).digest('hex');
    expect(digest).toBe('00d7d49442328d241de1feb280c7b95bc0f133a8269d7c319ca01affb3e47c6f');
  });

  it('learns nothing of the rows to evaluate on: turning their labels changes no byte', async () => {
    const kept = labelledRows(80);
    const held = labelledRows(40, 2).map((row, i) => ({ ...row, ds_original_idx: 100 + i }));
    const turned = held.map((row) => ({
      ...row,
      prediction: row.prediction === 'toxic' ? 'not toxic' : 'toxic',
    }));
    const files: string[] = [];
    for (const rows of [held, turned]) {
      const { cwd, train, read } = setUp([...kept, ...rows]);
      writeRows(join(cwd, 'eval.jsonl'), held);
      const run = await train('--student', 's.json', '--exclude', 'eval.jsonl');
      expect(run.stderr).toContain('excluded    40 in --exclude');
      expect(run.stderr).toContain('--eval-file eval.jsonl');
      files.push(read('s.json'));
    }
    expect(files[1]).toBe(files[0]);
  });
});

describe('train --test-fraction', () => {
  const student = ['--student', 's.json'];
  const indices = (rows: readonly object[]) =>
    (rows as { ds_original_idx: number }[]).map((row) => row.ds_original_idx);

  it('writes rows of the file as they are, and learns none of them', async () => {
    const rows = labelledRows(80);
    const { cwd, train, read } = setUp([
      ...rows,
      ...rows.map((row) => ({ ...row, input: `${row.input} ` })),
    ]);
    expect((await train(...student, '--test-fraction', '0.4')).code).toBe(0);
    const test = readRows(join(cwd, 's.test.jsonl'));
    expect(test).toHaveLength(64);
    const lines = new Set(read('outputs/outputs.jsonl').split('\n'));
    expect(
      read('s.test.jsonl')
        .split('\n')
        .filter((line) => !lines.has(line)),
    ).toEqual([]);
    const { student: made } = readStudent(join(cwd, 's.json'));
    const isLearned = openTexts(made.data.texts ?? '');
    const learned = rows.filter(({ input }) => isLearned(input));
    expect(learned).toHaveLength(48);
    expect([...new Set([...indices(learned), ...indices(test)])]).toHaveLength(80);
  });

  it('is drawn by the seed, and TEST in the chats of the same run', async () => {
    const { cwd, train, read } = setUp();
    const both = [...student, '--export', 'chat.jsonl'];
    await train(...both);
    const first = read('s.test.jsonl');
    const chats = readRows(join(cwd, 'chat.jsonl')) as unknown as ChatLine[];
    const tested = chats
      .filter(({ split }) => split === 'TEST')
      .map(({ messages }) => messages[1]?.content);
    expect(tested).toEqual(readRows(join(cwd, 's.test.jsonl')).map(({ input }) => input));
    await train(...student);
    expect(read('s.test.jsonl')).toBe(first);
    await train(...student, '--seed', '1');
    expect(read('s.test.jsonl')).not.toBe(first);
  });

  it('of 0, or with --exclude, sets nothing aside and has nothing to say of it', async () => {
    const { cwd, train } = setUp();
    writeRows(join(cwd, 'eval.jsonl'), labelledRows(3, 9));
    for (const flags of [
      ['--test-fraction', '0'],
      ['--exclude', 'eval.jsonl'],
    ]) {
      const { stderr } = await train(...student, ...flags);
      expect(stderr).toContain('learned     120 rows');
      expect(stderr).not.toContain('set aside');
      expect(existsSync(join(cwd, 's.test.jsonl'))).toBe(false);
    }
  });

  it('spares no row of a few dozen, and says so, unless it is told to', async () => {
    const { cwd, train } = setUp(labelledRows(60));
    const { code, stderr } = await train(...student);
    expect(code).toBe(0);
    expect(stderr).toContain('learned     60 rows');
    expect(stderr).toContain(
      'set aside   nothing: so few rows cannot spare any; label others to evaluate on',
    );
    expect(existsSync(join(cwd, 's.test.jsonl'))).toBe(false);
    const told = await train(...student, '--test-fraction', '0.2');
    expect(told.stderr).toContain('set aside   12 rows, to evaluate on: s.test.jsonl');
    const greedy = await train(...student, '--test-fraction', '0.9');
    expect(greedy.code).toBe(2);
    expect(greedy.stderr).toContain('there are 1 toxic and 4 other rows to learn from');
  });

  it('writes over its own rows, and over no others', async () => {
    const { cwd, train, read } = setUp();
    await train(...student);
    writeRows(join(cwd, 'outputs/outputs.jsonl'), labelledRows(160));
    await train(...student);
    expect(readRows(join(cwd, 's.test.jsonl'))).toHaveLength(32);
    const before = read('s.json');
    writeRows(join(cwd, 's.test.jsonl'), labelledRows(3, 9));
    const { code, stderr } = await train(...student);
    expect(code).toBe(2);
    expect(stderr).toContain('would be written over s.test.jsonl, of which 3 lines are not in the');
    expect(stderr).toContain('nothing aside: --test-fraction 0');
    expect(readRows(join(cwd, 's.test.jsonl'))).toHaveLength(3);
    expect(read('s.json')).toBe(before);
  });

  it.each([
    ['the training file', ['--train-file', 's.test.jsonl']],
    ['an excluded file', ['--exclude', 's.test.jsonl', '--test-fraction', '0.2']],
    ['the chats', ['--export', './s.test.jsonl']],
  ])('writes over no file of its own run: %s', async (_, flags) => {
    const { cwd, train, read } = setUp();
    const rows = flags.includes('--exclude') ? labelledRows(3, 9) : labelledRows(120);
    writeRows(join(cwd, 's.test.jsonl'), rows);
    const before = read('s.test.jsonl');
    const { code, stderr } = await train(...student, ...flags);
    expect(code).toBe(2);
    expect(stderr).toContain('would be written over s.test.jsonl');
    expect(read('s.test.jsonl')).toBe(before);
  });
});

describe('an output', () => {
  it.each([
    ['--export', 'labels.jsonl', 'a file of chats'],
    ['--student', 'labels.jsonl', 'a student'],
  ])('%s writes over no labels', async (flag, file, kind) => {
    const { cwd, train, read } = setUp();
    writeRows(join(cwd, file), labelledRows(3, 9));
    const before = read(file);
    const { code, stderr } = await train(flag, file);
    expect(code).toBe(2);
    expect(stderr).toContain(`${file} is there already, and is not ${kind} that this tool wrote`);
    expect(read(file)).toBe(before);
  });
});

describe('train --export', () => {
  it('writes checked chats, and says what comes next', async () => {
    const rows = labelledRows(40);
    const { cwd, train } = setUp([...rows, ...rows]);
    const { code, stdout, stderr } = await train(
      ...['--export', 'out/chat.jsonl', '--prune', '--test-fraction', '.2'],
    );
    expect([code, stdout]).toEqual([0, '']);
    const lines = readRows(join(cwd, 'out/chat.jsonl'));
    expect(lines.length).toBe(40);
    expect(lines[0]).toEqual({
      messages: [
        { role: 'user', content: rows[0]?.input },
        { role: 'assistant', content: 'toxic' },
      ],
      split: expect.stringMatching(/^TRAIN|TEST$/),
    });
    expect(stderr).toContain('excluded    40 duplicates');
    expect(stderr).toContain('export      out/chat.jsonl: 32 lines TRAIN, 8 TEST');
    expect(readdirSync(join(cwd, 'out'))).toEqual(['chat.jsonl']);
  });
});

const session = () => {
  const printed: string[] = [];
  const noted: string[] = [];
  return {
    signal: new AbortController().signal,
    clock: systemClock,
    startProgress: () => ({ update: () => {}, stop: () => {} }),
    print: (text: string) => printed.push(text),
    note: (line: string) => noted.push(line),
    env: {},
    printed,
    noted,
  };
};

describe('train says what comes next', () => {
  const chat = ['--export', 'outputs/chat.jsonl'];
  const student = ['--student', 'outputs/s.json'];
  const home = process.cwd();
  afterEach(() => process.chdir(home));

  /** The line of the next command, after a training in this process. */
  async function nextOf(
    args: readonly string[],
    {
      files = [],
      env = {},
      dataset,
      human = true,
    }: {
      files?: string[];
      env?: Record<string, string>;
      dataset?: string;
      human?: boolean;
    } = {},
  ) {
    const rows = labelledRows(40).map((row) => (human ? row : { ...row, true_label: null }));
    const { cwd } = setUp(dataset === undefined ? rows : rows.map((row) => ({ ...row, dataset })));
    process.chdir(cwd);
    for (const file of files) writeRows(file, labelledRows(3, 9));
    const run = { ...session(), env };
    expect(await trainCommand(args, run)).toBe(0);
    return /^next +(.*)$/m.exec(run.noted.join('\n'))?.[1];
  }

  it('names the rows that were set aside, and whose labels they have', async () => {
    const aside = [...student, '--test-fraction', '0.2'];
    const next = 'evaluate -m student:outputs/s.json --eval-file outputs/s.test.jsonl';
    expect(await nextOf(aside, { files: ['outputs/test.jsonl'] })).toBe(next);
    expect(await nextOf(aside, { human: false })).toBe(`${next} --true-labels teacher`);
  });

  it('names the file that was excluded', async () => {
    const files = ['held out.jsonl', 'outputs/test.jsonl'];
    const exclude = ['--exclude', 'held out.jsonl', '--exclude', 'outputs/test.jsonl'];
    expect(await nextOf([...student, ...exclude], { files })).toBe(
      "evaluate -m student:outputs/s.json --eval-file 'held out.jsonl'",
    );
    expect(await nextOf([...chat, ...exclude], { files })).toBe(
      "tune a model on the file, serve it, then evaluate -m vllm:NAME --eval-file 'held out.jsonl'",
    );
  });

  it('names outputs/test.jsonl where it exists', async () => {
    const files = ['outputs/test.jsonl'];
    expect(await nextOf(student, { files, env: { npm_command: 'run' } })).toBe(
      'npm run evaluate -- -m student:outputs/s.json --eval-file outputs/test.jsonl',
    );
  });

  it('names the command that makes it where it does not', async () => {
    const collect = 'npx collect --split test --out outputs/test.jsonl';
    const env = { npm_command: 'exec' };
    expect(await nextOf(student, { env })).toBe(`label rows to evaluate it on: ${collect}`);
    expect(await nextOf(chat, { env })).toBe(
      `tune a model on the file and serve it; label rows to evaluate it on: ${collect}`,
    );
  });

  it('does not name the rows that it learned from', async () => {
    const files = ['outputs/test.jsonl'];
    const own = ['--train-file', './outputs/test.jsonl', '--export', 'chat.jsonl'];
    expect(await nextOf(own, { files })).toContain('collect --split test --out outputs/eval.jsonl');
  });

  it.each([
    ['toxicchat', '--split test --out outputs/test.jsonl'],
    ['sample', '--dataset sample --split test --out outputs/test.jsonl'],
    ['hf:a/b:c', '--dataset hf:a/b:c --split test --out outputs/test.jsonl'],
    ['mine.csv#body', '--dataset FILE --out outputs/test.jsonl'],
  ])('takes them of the dataset of the rows, %s', async (dataset, flags) => {
    expect(await nextOf(chat, { dataset })).toContain(`collect ${flags}`);
  });
});

describe('train --embeddings', () => {
  it('opens the model of the name, embeds once, and reports three students', async () => {
    const { cwd } = setUp();
    const { embedder, requests } = hashEmbedder(`test:hash-${cwd}`);
    const opened: unknown[] = [];
    const open = async (name: unknown) => {
      opened.push(name);
      return embedder;
    };
    const args = ['--train-file', join(cwd, 'outputs/outputs.jsonl')];
    const home = process.cwd();
    process.chdir(cwd);
    try {
      for (const file of ['a.json', 'b.json']) {
        const run = session();
        const student = ['--student', file, '--embeddings', 'ollama:nomic-embed-text:v1.5'];
        expect(await trainCommand([...args, ...student], run, open)).toBe(0);
        expect(run.printed.join('')).toMatch(
          / n-grams .*\n95% .*\n +embeddings .*\n95% .*\n +average .*\n95% /,
        );
        expect(run.noted.join('\n')).toContain(
          file === 'a.json' ? '96 texts, 0 from the cache' : '0 texts, 96 from the cache',
        );
      }
      expect(readFileSync('b.json', 'utf8')).toBe(readFileSync('a.json', 'utf8'));
    } finally {
      process.chdir(home);
    }
    expect(opened[0]).toEqual({ provider: 'ollama', model: 'nomic-embed-text:v1.5' });
    expect(requests.flat().length).toBe(96);
    await expect(
      trainCommand(['--student', 's.json', '--embeddings', 'nomic'], session()),
    ).rejects.toThrow('It must be PROVIDER:MODEL');
    await expect(
      trainCommand(['--export', 'c.jsonl', '--embeddings', 'a:b'], session()),
    ).rejects.toThrow('--embeddings goes with --student');
  });
});

describe('train refuses', () => {
  it.each([
    [[], 'neither --student nor --export is given'],
    [['--student'], "option '--student <file>' argument missing"],
    [['--student', 's.json', '--train-file', 'none.jsonl'], 'there is no file none.jsonl'],
    [['--student', 's.json', '--exclude', 'none.jsonl'], 'there is no file none.jsonl'],
    [['--student', 's.json', '--labels', 'mine'], 'It must be human or teacher.'],
    [['--student', 's.json', '--seed', '-1'], 'It must be a whole number from 0 up'],
    [['--student', 's.json', '--prune'], '--prune goes with --export'],
    [['--export', 'c.jsonl', '--test-fraction', '1'], 'It must be a fraction from 0 to below 1'],
    [['--export', 'c.jsonl', '--test-fraction', '5%'], 'It must be a fraction from 0 to below 1'],
    [['--export', './outputs/outputs.jsonl'], 'is also a file to read, and would be overwritten'],
    [['--export', 'x', '--student', './x'], '--student and --export are the same file'],
    [['--student', 'outputs'], 'outputs is a folder'],
    [['--student', 's.json', '--train-file', 'outputs'], 'outputs is a folder'],
    [['--student', 's.json', '--train-file', 'bad.jsonl'], 'bad.jsonl line 1: "prediction" is'],
    [['--student', 's.json', '--train-file', 'few.jsonl'], 'there are 1 toxic and 0 other rows'],
    [['--student', 's.json', '--exclude', 'outputs/outputs.jsonl'], 'every row of outputs/'],
    [['--student', 's.json', 'more'], 'too many arguments'],
  ])('%j: %s', async (args, message) => {
    const { cwd, train } = setUp();
    writeFileSync(join(cwd, 'bad.jsonl'), '{"input":"a","prediction":"maybe"}\n');
    writeRows(join(cwd, 'few.jsonl'), [originalRow(0, 'a', 'toxic', null)]);
    const { code, stdout, stderr } = await train(...args);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain(message);
    expect(stderr).not.toMatch(/\n\s+at /);
    expect(existsSync(join(cwd, 's.json'))).toBe(false);
  });

  it('shows every flag in --help, and exits 0', async () => {
    const { code, stdout } = await setUp().train('--help');
    expect(code).toBe(0);
    const flags = [
      'train-file',
      'export',
      'prune',
      'test-fraction',
      'student',
      'labels',
      'exclude',
    ];
    for (const flag of [...flags, 'seed', 'env-file', 'version']) {
      expect(stdout).toContain(`--${flag}`);
    }
  });
});
