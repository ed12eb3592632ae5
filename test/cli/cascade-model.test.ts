import { readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { reportSchema } from '../../src/analysis/report/report.js';
import { CASCADE, setUpCascade, teach } from '../helpers/cascade.js';
import { startCli, unwrapped } from '../helpers/cli.js';
import { originalRow, writeRows } from '../helpers/files.js';
import { refusal } from '../helpers/model-server.js';

const MODEL = ['-m', 'cascade:c.json', '--price', '1/1'];
const QUICK = ['--bootstrap', '100'];

/** A cascade of a student and its teacher, on disk. */
async function setUp(options: Parameters<typeof setUpCascade>[0] = {}, ...how: string[]) {
  const place = await setUpCascade(options);
  await teach(place);
  const flags = how.length > 0 ? how : ['--escalate', '0.25'];
  const made = await place.run('cascade', ...CASCADE, ...flags);
  expect(made.code).toBe(0);
  const before = place.server.requests.length;
  return {
    ...place,
    asked: () => place.server.requests.slice(before),
    evaluate: (...more: string[]) => place.run('evaluate', ...MODEL, ...QUICK, ...more),
    collect: (...more: string[]) =>
      place.run(
        'collect',
        ...MODEL,
        '--dataset',
        'traffic-rows.jsonl',
        '--out',
        't.jsonl',
        ...more,
      ),
    report: (file: string) => reportSchema.parse(JSON.parse(readFileSync(place.at(file), 'utf8'))),
    answered: (by: string, file = 't.jsonl') =>
      place.rows(file).filter(({ answered_by }) => answered_by === by),
  };
}

describe('evaluate -m cascade:FILE', () => {
  it('takes the answers of the teacher from the file, and says first what was won', async () => {
    const { evaluate, asked, report, rows } = await setUp();
    const { code, stdout, stderr } = await evaluate(
      '--eval-file',
      'test.jsonl',
      '--report',
      'r.json',
    );
    expect(code).toBe(0);
    expect(asked()).toHaveLength(0);
    const found = stdout.trimEnd().split('\n\n').at(-1)?.replaceAll('\n', ' ');
    expect(found).toMatch(
      /^The cascade reaches a toxic F1 of 0\.\d\d \[.*\] \(95% interval\) at \$0\.\d+ per 1,000 rows: .* teacher alone .*times cheaper\. It asks teacher for [\d.]+% of the rows\.$/,
    );
    expect(stderr).toMatch(
      /^on record {3}\d+ answers of teacher were in the file: not paid for again$/m,
    );
    const [, cascade] = report('r.json').models;
    expect(cascade?.cascade).toMatchObject({ teacher: 'teacher', stand_in: 0, promise: null });
    const kept = rows((cascade?.file ?? '').replace(/^.*outputs/, 'outputs'));
    const escalated = kept.filter(({ answered_by }) => answered_by === 'teacher');
    expect(escalated.length / kept.length).toBe(cascade?.cascade?.escalated.value);
    expect(escalated[0]).toMatchObject({ cost_usd: 0.000103, usage: { prompt_tokens: 100 } });
    const byStudent = kept.find(({ answered_by }) => answered_by === 'student');
    expect(byStudent).toMatchObject({
      cost_usd: 0,
      usage: null,
      student_score: expect.any(Number),
    });
    expect(byStudent).not.toHaveProperty('score');
    const again = await evaluate('--eval-file', 'test.jsonl');
    expect(again.stderr).toMatch(/^answers {5}.*; 160 rows were answered before$/m);
    expect(again.stdout).toBe(stdout);
  });

  it('asks for what is not on record, as the dry run says', async () => {
    const { evaluate, asked, at, rows } = await setUp();
    const people = rows('test.jsonl').map(({ input, true_label }, i) =>
      originalRow(i, String(input), 'toxic', String(true_label)),
    );
    writeRows(at('people.jsonl'), people);
    const dry = await evaluate('--eval-file', 'people.jsonl', '--dry-run');
    const [, sent] = /160 to be asked, (\d+) of them by teacher/.exec(dry.stdout) ?? [];
    expect(asked()).toHaveLength(0);
    expect((await evaluate('--eval-file', 'people.jsonl')).code).toBe(0);
    expect(asked()).toHaveLength(Number(sent));
    expect(Number(sent)).toBeGreaterThan(20);
  });

  it('is not judged by the rows that it was chosen on', async () => {
    const { evaluate, at, rows } = await setUp();
    const refused = await evaluate('--eval-file', 'calibration.jsonl');
    expect([refused.code, refused.stdout]).toEqual([2, '']);
    expect(refused.stderr).toContain('too few to judge by');
    writeRows(at('mixed.jsonl'), [
      ...rows('calibration.jsonl').slice(0, 20),
      ...rows('test.jsonl'),
    ]);
    const mixed = await evaluate('--eval-file', 'mixed.jsonl');
    expect(unwrapped(mixed.stdout)).toContain('20 rows are left out');
    expect(mixed.stdout).toContain('answered 160 of 160 rows');
  });

  it('repeats its promise on rows like those, and not where they differ', async () => {
    const { evaluate, at, rows } = await setUp({}, '--recall', '0.6');
    const like = await evaluate('--eval-file', 'test.jsonl');
    expect(unwrapped(like.stdout)).toContain('[cascade-promise]');
    expect(like.stdout).not.toContain('[cascade-drift]');
    const shifted = rows('test.jsonl').map((row, i) => ({
      ...row,
      input: `grubworm snotface dimwit ${i} of elsewhere`,
    }));
    writeRows(at('shifted.jsonl'), shifted);
    const drifted = await evaluate('--eval-file', 'shifted.jsonl');
    expect(drifted.code).toBe(0);
    expect(unwrapped(drifted.stdout)).toMatch(
      /These rows differ from those that it was chosen on.*\[cascade-drift\]/,
    );
    expect(drifted.stdout).not.toContain('[cascade-promise]');
  });

  it('refuses a file or a student that was changed', async () => {
    const { evaluate, at, run } = await setUp();
    const test = ['--eval-file', 'test.jsonl'];
    const whole = readFileSync(at('c.json'), 'utf8');
    writeFileSync(at('c.json'), whole.replace(/"low": 0\.\d/, '"low": 0.0'));
    expect((await evaluate(...test)).stderr).toContain('is damaged or was edited');
    writeFileSync(at('c.json'), whole);
    await run('train', '--train-file', 'train.jsonl', '--student', 's.json', '--seed', '5');
    const changed = await evaluate(...test);
    expect(changed.code).toBe(2);
    expect(changed.stderr).toMatch(
      /s\.json is another student \([0-9a-f]{12}\) than the one that c\.json was made with/,
    );
  });
});

describe('collect -m cascade:FILE', () => {
  it('asks the teacher for what the student is not sure of, and says for how much', async () => {
    const { collect, asked, answered, rows } = await setUp();
    const { code, stderr } = await collect('--out', 't.csv');
    expect(code).toBe(0);
    const byTeacher = answered('teacher').length;
    expect(asked()).toHaveLength(byTeacher);
    expect(byTeacher + answered('student').length).toBe(80);
    expect(stderr).toMatch(
      new RegExp(
        `^asked {7}teacher for ${byTeacher} of 80 rows \\([\\d.]+%\\); [\\d.]+% where it was chosen$`,
        'm',
      ),
    );
    expect(rows('t.jsonl').every(({ student_score }) => typeof student_score === 'number')).toBe(
      true,
    );
  });

  it('stops when the teacher is gone, though the student answers, and goes on where it stopped', async () => {
    let isGone = true;
    const { collect, rows, asked } = await setUp(
      {
        answering: ({ part }) =>
          part === 'traffic' && isGone ? refusal(500, { message: 'gone' }) : undefined,
      },
      '--escalate',
      '0.6',
    );
    const stopped = await collect('--max-retries', '0', '--concurrency', '1');
    expect(stopped.code).toBe(3);
    expect(stopped.stderr).toContain('failed 25 times in a row');
    const done = rows('t.jsonl').length;
    expect(done).toBeGreaterThan(0);
    isGone = false;
    const before = asked().length;
    const finished = await collect();
    expect(finished.code).toBe(0);
    expect(rows('t.jsonl')).toHaveLength(80);
    expect(asked().length - before).toBe(
      rows('t.jsonl').filter(({ answered_by }) => answered_by === 'teacher').length,
    );
  });

  it('keeps what the teacher declines as an outcome, or takes the student as it was told', async () => {
    const declines: Parameters<typeof setUpCascade>[0] = {
      answering: ({ part, row }) =>
        part === 'traffic' && row % 2 === 0 ? 'I cannot help with that.' : undefined,
    };
    const plain = await setUp(declines, '--escalate', '0.6');
    await plain.collect();
    const kept = plain.rows('t.jsonl.unanswered.jsonl');
    expect(kept[0]).toMatchObject({ outcome: 'refused', answered_by: 'teacher' });
    expect(kept.length + plain.rows('t.jsonl').length).toBe(80);
    const standIn = await setUp(declines, '--escalate', '0.6', '--on-teacher-failure', 'student');
    await standIn.collect();
    expect(standIn.answered('stand-in')).toHaveLength(kept.length);
    expect(standIn.answered('stand-in')[0]).toMatchObject({ cost_usd: 0.000103 });
  });

  it('keeps within --max-cost, which counts the teacher alone', async () => {
    const { collect, rows, answered } = await setUp({}, '--escalate', '0.6');
    const { code, stderr } = await collect('--max-cost', '0.002');
    expect(code).toBe(3);
    expect(stderr).toContain('--max-cost 0.002');
    const spent = rows('t.jsonl').reduce((sum, { cost_usd }) => sum + Number(cost_usd), 0);
    expect(spent).toBeLessThanOrEqual(0.002);
    expect(answered('teacher').length).toBeGreaterThan(3);
  });

  it('asks nothing twice after kill -9', async () => {
    const { server, cwd, env, collect, rows, asked } = await setUp({}, '--escalate', '0.6');
    const args = [
      ...MODEL,
      '--dataset',
      'traffic-rows.jsonl',
      '--out',
      't.jsonl',
      '--concurrency',
      '2',
    ];
    const before = server.requests.length;
    const { child, finished } = startCli('collect', args, { cwd, env });
    await server.received(before + 8);
    child.kill('SIGKILL');
    await finished;
    const onDisk = new Set(rows('t.jsonl').map(({ input }) => input));
    const first = asked().length;
    expect((await collect()).code).toBe(0);
    expect(rows('t.jsonl')).toHaveLength(80);
    const again = asked()
      .slice(first)
      .filter(({ text }) => [...onDisk].some((done) => text.includes(String(done))));
    expect(again).toEqual([]);
  });
});
