import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Report, reportSchema } from '../../src/analysis/report/report.js';
import { readStudent, writeStudent } from '../../src/student/student-file.js';
import { runCli, scratchFolder, unwrapped } from '../helpers/cli.js';
import { makeExamples } from '../helpers/examples.js';
import { originalRow, readRows, writeRows } from '../helpers/files.js';

const GATE = ['--fail-under', 'toxic.f1=0.5'];
const QUICK = ['--bootstrap', '100'];

/** Labelled rows, one in four toxic, numbered from `from` on. */
const rowsOf = (count: number, from = 0, seed = 1) =>
  makeExamples(count, { seed }).map(({ input, positive }, i) => {
    const label = positive ? 'toxic' : 'not toxic';
    return originalRow(from + i, `${input} of ${from}`, label, label);
  });

/** What the line of an unanswered row has beside what its dataset says. */
const REFUSED = {
  outcome: 'refused',
  raw: 'no',
  model: 'm',
  provider: 'p',
  prompt: 'q',
  dataset: 'd',
  split: null,
  usage: null,
  latency_ms: null,
};

/** A folder with `count` labelled rows where the commands look for them. */
function setUp(count = 200) {
  const cwd = scratchFolder();
  const run = (command: 'train' | 'evaluate', ...args: string[]) => runCli(command, args, { cwd });
  const path = (file: string) => join(cwd, file);
  writeRows(path('all.jsonl'), rowsOf(count));
  return {
    path,
    train: (...args: string[]) => run('train', '--train-file', 'all.jsonl', ...args),
    evaluate: (...args: string[]) => run('evaluate', ...QUICK, '--eval-file', 'all.jsonl', ...args),
    rows: (file: string) => readRows(path(file)),
    report: (file: string): Report =>
      reportSchema.parse(JSON.parse(readFileSync(path(file), 'utf8'))),
  };
}

const STUDENT = ['-m', 'student:s.json'];
const textsOf = (rows: readonly Record<string, unknown>[]) => rows.map(({ input }) => input).sort();

describe('a student and the file that it learned from', () => {
  it('are judged by the rows that were set aside', async () => {
    const { train, evaluate, rows, report } = setUp();
    await train('--student', 's.json');
    const { code, stdout, stderr } = await evaluate(...STUDENT, ...GATE, '--report', 'r.json');
    const note =
      '160 rows are left out, since a contender learned from them (student:s). [rows-left-out]';
    expect(unwrapped(stdout)).toContain(note);
    expect(stderr).not.toContain('left out');
    expect(stdout).toContain('answered 40 of 40 rows');
    expect(code).toBe(0);
    expect(stdout).toContain('gate passed');
    const answers = rows('outputs/all.embedded-student-s.jsonl');
    expect(textsOf(answers)).toEqual(textsOf(rows('s.test.jsonl')));
    const { data, models } = report('r.json');
    expect(data).toMatchObject({
      rows: 40,
      seen: { rows: 160, by: [{ name: 'student:s', rows: 160 }] },
    });

    const test = ['--eval-file', 's.test.jsonl', '--report', 't.json'];
    const alone = await evaluate(...STUDENT, ...test);
    expect(alone.stderr).not.toContain('left out');
    expect(report('t.json').models[1]?.figures).toEqual(models[1]?.figures);
  });

  it('leave the teacher its coverage of the whole file', async () => {
    const { train, evaluate, path, report } = setUp();
    writeRows(
      path('all.jsonl.unanswered.jsonl'),
      rowsOf(20, 900, 3).map(({ prediction: _, ...row }) => ({ ...row, ...REFUSED })),
    );
    await train('--student', 's.json');
    const { stdout } = await evaluate(...STUDENT, '--full', '--report', 'r.json');
    expect(stdout).toContain(
      'answered 200 of 220 rows of the whole file; unanswered: 20 refused\n',
    );
    expect(stdout).toContain('not in the file: 20 rows that the teacher left unanswered');
    const [teacher] = report('r.json').models;
    expect(teacher?.coverage.value).toBeCloseTo(200 / 220, 12);
    // A fifth of the rows is judged, and so a fifth of the 20 may have been wrong.
    expect(teacher?.bounds.accuracy.worst).toBeCloseTo(40 / 44, 12);
  });

  it('say how many rows are left in a plan and in a dry run', async () => {
    const { train, evaluate } = setUp();
    await train('--student', 's.json');
    const dry = await evaluate(...STUDENT, '--dry-run');
    expect(dry.stdout).toContain('40, of which 0 are on disk');
    expect(dry.stderr).toContain('160 rows are left out');
    const plan = await evaluate(...STUDENT, '--plan');
    expect(plan.stdout).toContain('40 rows');
    expect(plan.stderr).toContain('160 rows are left out');
  });

  it('end with 2 where too few rows are left, and name the way out', async () => {
    const { train, evaluate } = setUp(120);
    await train('--student', 's.json');
    const few = await evaluate(...STUDENT, ...GATE);
    expect([few.code, few.stdout]).toEqual([2, '']);
    expect(few.stderr).toContain('without them 24 of 120 rows are left, 6 toxic, too few');
    expect(few.stderr).toContain('--eval-file s.test.jsonl');
    await train('--student', 'whole.json', '--test-fraction', '0');
    const none = await evaluate('-m', 'student:whole.json', ...GATE);
    expect([none.code, none.stdout]).toEqual([2, '']);
    expect(none.stderr).toContain('without them 0 of 120 rows are left');
    expect(none.stderr).toContain('label some, or train again with a part set aside');
  });

  it('tune no threshold on what was learned', async () => {
    const { train, evaluate, path, rows } = setUp();
    await train('--student', 's.json');
    writeRows(path('new.jsonl'), rowsOf(80, 1000, 2));
    const tuned = ['--eval-file', 'new.jsonl', '--threshold-from', 'all.jsonl'];
    const { code } = await evaluate(...STUDENT, ...tuned);
    expect(code).toBe(0);
    expect(rows('outputs/all.embedded-student-s.jsonl')).toHaveLength(40);
  });
});

describe('several contenders', () => {
  it('are judged by the rows that none of them learned from', async () => {
    const { train, evaluate, path, report } = setUp();
    for (const [name, from] of [
      ['a', 0],
      ['b', 30],
    ] as const) {
      writeRows(path('part.jsonl'), rowsOf(200).slice(from, from + 60));
      await train(
        '--train-file',
        'part.jsonl',
        '--student',
        `${name}.json`,
        '--test-fraction',
        '0',
      );
    }
    const models = ['-m', 'student:a.json', '-m', 'wordlist', '-m', 'student:b.json'];
    const { stdout } = await evaluate(...models, '--report', 'r.json');
    expect(unwrapped(stdout)).toContain(
      '90 rows are left out, since a contender learned from them (student:a: 60, student:b: 60)',
    );
    const { models: judged, pairs } = report('r.json');
    expect(judged.map(({ rows }) => rows.total)).toEqual([110, 110, 110, 110]);
    expect(pairs.every(({ n }) => n === 110)).toBe(true);
  });
});

describe('two students of one file name', () => {
  it('are called by their paths', async () => {
    const { train, evaluate, path, report } = setUp(400);
    for (const folder of ['a', 'b']) {
      mkdirSync(path(folder));
      const seed = ['--seed', folder === 'a' ? '1' : '2'];
      await train('--student', `${folder}/s.json`, '--test-fraction', '0.5', ...seed);
    }
    const two = ['-m', 'student:a/s.json', '-m', 'student:b/s.json'];
    const { stdout } = await evaluate(...two, '--report', 'r.json');
    expect(unwrapped(stdout)).toContain('(student:a/s.json: 200, student:b/s.json: 200)');
    expect(report('r.json').models.map(({ name }) => name)).toEqual([
      'GPT4',
      'student:a/s.json',
      'student:b/s.json',
    ]);
  });
});

describe('a student of unknown origin', () => {
  const NOTE = 'which rows student:s learned from is not on record';

  /** A student file as releases wrote it that kept no record of the texts. */
  async function setUpOld() {
    const all = setUp(200);
    await all.train('--student', 's.json', '--test-fraction', '0');
    const { student } = readStudent(all.path('s.json'));
    const { texts: _, ...data } = student.data;
    writeStudent(all.path('s.json'), { ...student, data });
    return all;
  }

  it('is said to be so, in every report', async () => {
    const { evaluate, report } = await setUpOld();
    const { code, stdout, stderr } = await evaluate(...STUDENT, '--report', 'r.json');
    expect(code).toBe(0);
    expect(stderr).toContain(`note: ${NOTE}`);
    const note = 'Which rows it learned from is not on record, so it may have learned from some';
    expect(unwrapped(stdout)).toContain(`student:s: ${note}`);
    expect(report('r.json').models[1]?.notes.join()).toContain(note);
  });

  it('is known where the user names the rows', async () => {
    const { evaluate, path } = await setUpOld();
    writeRows(path('half.jsonl'), rowsOf(200).slice(0, 100));
    const { stdout, stderr } = await evaluate(...STUDENT, '--train-file', 'half.jsonl');
    expect(unwrapped(stdout)).toContain('100 rows are left out');
    expect(stdout + stderr).not.toContain('not on record');
  });

  it('is that of kept answers whose student is not named', async () => {
    const { train, evaluate } = setUp();
    await train('--student', 's.json');
    await evaluate(...STUDENT, '--eval-file', 's.test.jsonl');
    const kept = ['--run', 'outputs/s.test.embedded-student-s.jsonl'];
    const test = ['--eval-file', 's.test.jsonl'];
    const alone = await evaluate(...kept, ...test);
    expect(alone.code).toBe(0);
    expect(alone.stderr).toContain(`note: ${NOTE}`);
    const named = await evaluate(...kept, ...test, ...STUDENT);
    expect(named.stdout + named.stderr).not.toContain('not on record');
    await train('--student', 's.json', '--seed', '5');
    const other = await evaluate(...kept, '-m', 'student:s.json', '--eval-file', 'all.jsonl');
    expect(other.stderr).toContain(`note: ${NOTE}`);
  });
});

describe('kept answers to a part of the file', () => {
  it('pass no gate, and end with 3', async () => {
    const { evaluate, path, rows } = setUp(40);
    await evaluate('-m', 'wordlist');
    writeRows(path('part.jsonl'), rows('outputs/all.embedded-wordlist.jsonl').slice(0, 10));
    const run = ['--run', 'part.jsonl', '--report', 'r.xml', '--report', 'r.json'];
    const { code, stdout, stderr } = await evaluate(...run, '--fail-under', 'coverage=0.1');
    expect(code).toBe(3);
    expect(stdout).toContain('answered 10 of 40 rows; not asked: 30');
    expect(stdout).toContain('30 rows were not asked: its kept answers are of other rows.');
    expect(stdout).not.toContain('ended early');
    expect(unwrapped(stdout)).toContain(
      'gate FAILED  wordlist: coverage at least 0.1; it is 0.25; a gate needs every row, and 30 of 40 were not asked',
    );
    expect(stderr).toContain(
      'error: part.jsonl has answers to 10 of the 40 rows of all.jsonl that are to be judged\n  name the model with -m',
    );
    expect(readFileSync(path('r.xml'), 'utf8')).toContain('failures="1"');
    expect((await evaluate('--run', 'part.jsonl')).code).toBe(3);
  });

  it('are whole where the other rows are not in the file', async () => {
    const { evaluate, path } = setUp(40);
    await evaluate('-m', 'wordlist');
    writeRows(path('half.jsonl'), rowsOf(40).slice(0, 20));
    const run = ['--run', 'outputs/all.embedded-wordlist.jsonl', '--eval-file', 'half.jsonl'];
    expect((await evaluate(...run, '--fail-under', 'coverage=1')).code).toBe(0);
  });

  it('of another file are named with theirs before anything is judged', async () => {
    const { evaluate, path } = setUp(40);
    await evaluate('-m', 'wordlist');
    writeRows(path('new.jsonl'), rowsOf(30, 500, 2));
    const run = ['--run', 'outputs/all.embedded-wordlist.jsonl', '--eval-file', 'new.jsonl'];
    const { code, stdout, stderr } = await evaluate(...run);
    expect([code, stdout]).toEqual([3, '']);
    expect(stderr).toContain('any of the 30 rows of new.jsonl: it has 40 rows of all.jsonl');
  });
});
