import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { cascade } from '../../src/cascade.js';
import { CASCADE, collect, setUpCascade, teach } from '../helpers/cascade.js';
import { runCli } from '../helpers/cli.js';
import { writeRows } from '../helpers/files.js';

/** A teacher, its labels, and a student of them. */
async function setUp(options: Parameters<typeof setUpCascade>[0] = {}) {
  const place = await setUpCascade(options);
  await teach(place);
  const asked = place.server.requests.length;
  return {
    ...place,
    cascade: (...flags: string[]) => place.run('cascade', ...CASCADE, ...flags),
    askedSince: () => place.server.requests.length - asked,
    file: () => JSON.parse(readFileSync(place.at('c.json'), 'utf8')),
  };
}

describe('cascade', () => {
  it('chooses by a share, and asks nobody', async () => {
    const { cascade, askedSince, file } = await setUp();
    const { code, stdout, stderr } = await cascade('--escalate', '0.25');
    expect(code).toBe(0);
    expect(askedSince()).toBe(0);
    expect(stdout).toMatch(/^By the share of rows that go to teacher: 240 rows, 60 toxic/);
    expect(stdout.match(/^ +[*k]? +[\d.]+% .*\$/gm)?.length).toBeGreaterThanOrEqual(10);
    expect(stdout).toContain('Nothing is promised');
    expect(stderr).toMatch(/^cascade {5}c\.json$/m);
    const { teacher, calibration, promise, chosen_by, student } = file();
    expect(teacher).toMatchObject({ name: 'openai:teacher', provider: 'openai', model: 'teacher' });
    expect(calibration).toMatchObject({ rows: 240, positive: 60 });
    expect(calibration.escalated).toBeGreaterThan(40);
    expect(calibration.escalated).toBeLessThan(80);
    expect([promise, chosen_by, student.file]).toEqual([null, { share: 0.25 }, 's.json']);
  });

  it('is stopped amid the scoring', async () => {
    const { at } = await setUp();
    const files = { student: at('s.json'), calibrate: at('calibration.jsonl'), out: at('c.json') };
    const stop = new AbortController();
    let scored = 0;
    const onScore = (done: number, total: number) => {
      expect(total).toBe(240);
      if (done === 0) setImmediate(() => stop.abort(new Error('stopped')));
      for (const end = performance.now() + 1; performance.now() < end; );
      scored = done;
    };
    const chosen = cascade({ ...files, escalate: 0.25, signal: stop.signal }, { onScore });
    await expect(chosen).rejects.toThrow('stopped');
    expect(scored).toBeLessThan(60);
    expect(existsSync(at('c.json'))).toBe(false);
  });

  it('chooses by a price', async () => {
    const { cascade, file } = await setUp();
    // A row of the teacher costs 103 tokens at a dollar a million.
    expect((await cascade('--max-cost-per-1k', '0.02')).code).toBe(0);
    const { escalated, rows } = file().calibration;
    expect((escalated / rows) * 0.103).toBeLessThanOrEqual(0.02);
    expect(((escalated + 1) / rows) * 0.103).toBeGreaterThan(0.0195);
  });

  it('promises what the rows show, and says what is missing where they do not', async () => {
    const { cascade, file, at } = await setUp();
    const kept = await cascade('--recall', '0.6', '--precision', '0.6');
    expect(kept.code).toBe(0);
    expect(kept.stdout.replaceAll('\n', ' ')).toMatch(
      /Promise: toxic recall at least 0\.6 \(found [01]\.\d\d, at least 0\.\d\d\) and precision at least 0\.6 /,
    );
    expect(kept.stderr).toMatch(/^passed {6}\d+ of \d+ bands? tested in a fixed order/m);
    const { promise } = file();
    expect(promise).toMatchObject({
      truth: 'human',
      confidence: 0.95,
      recall: { aim: 0.6, n: 60 },
    });
    expect(promise.recall.p).toBeLessThan(0.05);
    writeFileSync(at('c.json'), '');
    const refused = await cascade('--recall', '0.99');
    expect(refused.code).toBe(1);
    expect(refused.stdout.replaceAll('\n', ' ')).toMatch(
      /No cascade: the promise is not shown by these rows\. .*its recall of [01]\.\d\d \(\d+ of 60 rows\) may be as low as 0\.\d\d; (no number of rows|about [\d,]+ toxic rows) would show/,
    );
    expect(refused.stderr).not.toContain('next');
    expect(readFileSync(at('c.json'), 'utf8')).toBe('');
  });

  it("takes the teacher's labels for the truth, or people for the teacher", async () => {
    const { cascade, file } = await setUp();
    const byTeacher = await cascade('--recall', '0.6', '--true-labels', 'teacher');
    expect(byTeacher.stdout).toContain("(the teacher's labels)");
    expect(file().promise.truth).toBe('teacher');
    const byPeople = await cascade('--escalate', '0.2', '--teacher', 'human');
    expect(byPeople.stdout).toContain('rows that go to people');
    expect(byPeople.stdout).not.toContain('per 1,000 rows');
    expect(file().teacher).toMatchObject({ name: 'human', provider: 'people' });
  });

  it('names the teacher as it is told to, if that is the one of the rows', async () => {
    const { cascade, file } = await setUp();
    expect((await cascade('--escalate', '0.2', '--teacher', 'openai:teacher')).code).toBe(0);
    expect(file().teacher.name).toBe('openai:teacher');
    const other = await cascade('--escalate', '0.2', '--teacher', 'gpt4');
    expect(other.code).toBe(2);
    expect(other.stderr).toMatch(
      /the teacher of calibration\.jsonl is teacher at openai .* --teacher gpt4 is /,
    );
  });

  it('refuses what it cannot choose by, and touches nothing', async () => {
    const { cascade, at } = await setUp();
    const before = readFileSync(at('test.jsonl'), 'utf8');
    const cases: [string[], string][] = [
      [[], 'nothing says how many rows may go to the teacher'],
      [['--escalate', '0.1', '--recall', '0.9'], 'in more than one way'],
      [['--recall', '0.9', '--confidence', '1'], "argument '1' is invalid"],
      [
        ['--escalate', '0.1', '--calibrate', 'train.jsonl'],
        'learned from 200 of the 200 rows of train.jsonl',
      ],
      [['--escalate', '0.1', '--calibrate', 'none.jsonl'], 'there is no file none.jsonl'],
      [['--escalate', '0.1', '--student', 'none.json'], 'there is no student file none.json'],
      [['--escalate', '0.1', '--calibrate', 'traffic-rows.jsonl'], "has no teacher's labels"],
      [['--escalate', '0.1', '--out', 'test.jsonl'], 'is not a cascade that this tool wrote'],
    ];
    for (const [flags, message] of cases) {
      const { code, stderr, stdout } = await cascade(...flags);
      expect(stderr).toContain(message);
      expect([code, stdout]).toEqual([2, '']);
    }
    expect(readFileSync(at('test.jsonl'), 'utf8')).toBe(before);
    expect(existsSync(at('c.json'))).toBe(false);
  });

  it('refuses rows of two teachers, without a toxic one, or drawn unequally', async () => {
    const { cascade, rows, at } = await setUp();
    const all = rows('calibration.jsonl');
    const says = async (
      changed: (row: Record<string, unknown>, i: number) => object,
      ...flags: string[]
    ) => {
      writeRows(
        at('changed.jsonl'),
        all.map((row, i) => ({ ...row, ...changed(row, i) })),
      );
      const finished = await cascade('--calibrate', 'changed.jsonl', ...flags);
      expect(finished.code).toBe(2);
      return finished.stderr;
    };
    const share = ['--escalate', '0.2'];
    expect(await says((_, i) => (i === 3 ? { model: 'other' } : {}), ...share)).toContain(
      'does not name one teacher',
    );
    expect(await says(() => ({ true_label: 'not toxic' }), ...share)).toContain('no toxic row');
    const drawn = (_: unknown, i: number) => ({ sampling_probability: i % 2 === 0 ? 0.5 : 0.1 });
    expect(await says(drawn, '--recall', '0.5')).toContain('unequal probabilities');
  });

  it('counts rows that the teacher left without a label', async () => {
    let isSilent = false;
    const place = await setUp({
      answering: ({ row }) => (isSilent && row % 8 === 4 ? 'I cannot help with that.' : undefined),
    });
    isSilent = true;
    expect((await collect(place, 'calibration', '--fresh')).code).toBe(0);
    expect(place.rows('calibration.jsonl')).toHaveLength(210);
    const { cascade, file } = place;
    expect((await cascade('--escalate', '0.5')).code).toBe(0);
    // Three of ten of them are truly toxic, and count as missed.
    expect(file().calibration).toMatchObject({ rows: 240, positive: 60 });
    const { stdout } = await cascade('--recall', '0.95');
    expect(stdout).toMatch(/^ +100% +0\.\d\d +0\.[4-6]\d /m);
  });

  it('keeps the words of a task', async () => {
    const { run, at, cwd, env } = await setUpCascade();
    writeFileSync(
      at('spam.yaml'),
      'name: spam\nlabels: { positive: toxic, negative: fine }\ndata: { map: { "not toxic": fine } }\n',
    );
    const task = ['--task', 'spam.yaml'];
    for (const part of ['train', 'calibration']) {
      const made = await run(
        'collect',
        '-m',
        'human',
        '--dataset',
        `${part}-rows.jsonl`,
        '--out',
        `${part}.jsonl`,
        ...task,
      );
      expect(made.code).toBe(0);
    }
    await run(
      'train',
      ...task,
      '--train-file',
      'train.jsonl',
      '--student',
      's.json',
      '--exclude',
      'calibration.jsonl',
    );
    const { code, stderr } = await runCli('cascade', [...CASCADE, ...task, '--escalate', '0.2'], {
      cwd,
      env,
    });
    expect(stderr).toContain('--task spam.yaml');
    expect(code).toBe(0);
    expect(existsSync(at('c.json'))).toBe(true);
    const withoutTask = await run(
      'evaluate',
      '-m',
      'cascade:c.json',
      '--eval-file',
      'calibration.jsonl',
    );
    expect(withoutTask.code).toBe(2);
  });
});
