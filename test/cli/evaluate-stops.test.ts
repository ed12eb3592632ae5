import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { FileLock } from '../../src/files/lock.js';
import { runCli, scratchFolder } from '../helpers/cli.js';
import { isPositive, originalRow, readRows, writeRows } from '../helpers/files.js';
import { type Answering, startModelServer } from '../helpers/model-server.js';

const rowsOf = (count: number, from = 0) =>
  Array.from({ length: count }, (_, i) => {
    const label = i % 3 === 0 ? 'toxic' : 'not toxic';
    return originalRow(from + i, `text ${from + i}${i % 3 === 0 ? ' TOXIC' : ''}`, label, label);
  });

const byText: Answering = ({ text }) => (isPositive(text) ? 'toxic' : 'not toxic');

async function setUp({ rows = rowsOf(12) as object[], answering = byText } = {}) {
  const server = await startModelServer(answering);
  onTestFinished(() => server.close());
  const cwd = scratchFolder();
  writeRows(join(cwd, 'eval.jsonl'), rows);
  const env = { OPENAI_BASE_URL: server.url, OPENAI_API_KEY: 'sk-test-0123456789abcdef' };
  const evaluate = (...more: string[]) =>
    runCli('evaluate', ['--eval-file', 'eval.jsonl', '--bootstrap', '100', ...more], { cwd, env });
  return { server, cwd, env, evaluate };
}

describe('a run in which nothing was answered', () => {
  it('leaves the reports of an earlier run as they are', async () => {
    const { cwd, evaluate } = await setUp();
    const reports = ['--report', 'report.json', '--report', 'report.html'];
    expect((await evaluate('-m', 'openai:small', ...reports)).code).toBe(0);
    const before = readFileSync(join(cwd, 'report.json'), 'utf8');
    const nobody = ['-m', 'small', '--base-url', 'http://127.0.0.1:9/v1', '--max-retries', '0'];
    const { code, stdout, stderr } = await evaluate(...nobody, ...reports);
    expect([code, stdout]).toEqual([3, '']);
    expect(stderr).not.toContain('report      ');
    expect(readFileSync(join(cwd, 'report.json'), 'utf8')).toBe(before);
    expect(readFileSync(join(cwd, 'report.html'), 'utf8')).toContain('small');
  });
});

describe('a run that did not come to its end', () => {
  /** Every fourth row has a human label. */
  const partly = (count: number) =>
    rowsOf(count).map((row, i) => (i % 4 === 0 ? row : { ...row, true_label: null }));

  it('has nothing to say of figures that it does not have', async () => {
    const { evaluate } = await setUp({ rows: partly(40) });
    const dead = ['-m', 'small', '--base-url', 'http://127.0.0.1:9/v1', '--max-retries', '0'];
    const { code, stderr } = await evaluate(...dead);
    expect(code).toBe(3);
    expect(stderr).not.toContain('--human-sample');
    const whole = await evaluate('-m', 'openai:small');
    expect(whole.stderr).toContain('--audit N --out FILE;\n  if the labelled ones');
    const rows = partly(40).map((row, i) => (i === 1 ? row : { ...row, true_label: 'toxic' }));
    const most = await setUp({ rows });
    expect((await most.evaluate('-m', 'openai:small')).stderr).not.toContain('--audit');
  });

  it('says after Ctrl-C how to go on, and shows no table of a handful of rows', async () => {
    const stop = new AbortController();
    let asked = 0;
    const { cwd, env } = await setUp({
      rows: rowsOf(60),
      answering: (request) => {
        asked += 1;
        if (asked === 8) stop.abort();
        return byText(request);
      },
    });
    const flags = ['--eval-file', 'eval.jsonl', '-m', 'openai:small', '--concurrency', '1'];
    const { code, stdout, stderr } = await runCli('evaluate', flags, {
      cwd,
      env,
      signal: stop.signal,
    });
    expect([code, stdout]).toEqual([130, '']);
    expect(stderr).toMatch(
      /\nnext {8}stopped early, 5\d rows left; run the same command again to go on\n$/,
    );
  });
});

describe('a second run on the answers of the first', () => {
  it('is refused before it deletes those of an embedded model', async () => {
    const { cwd, evaluate } = await setUp();
    expect((await evaluate()).code).toBe(0);
    const answers = join(cwd, 'outputs/eval.embedded-wordlist.jsonl');
    const before = readFileSync(answers, 'utf8');
    const lock = await FileLock.take(answers);
    onTestFinished(() => lock.release());
    const { code, stderr } = await evaluate();
    expect(code).toBe(2);
    expect(stderr).toContain(`process ${process.pid} is writing`);
    expect(readFileSync(answers, 'utf8')).toBe(before);
  });
});

describe('a threshold', () => {
  it.each([
    ['wordlist', 'wordlist gives none'],
    ['openai:small --no-logprobs', 'small gives none'],
  ])('on %s is refused before anything is asked', async (model, message) => {
    const { server, evaluate } = await setUp();
    const { code, stdout, stderr } = await evaluate(
      ...['-m', ...model.split(' '), '--threshold', '0.5'],
    );
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain(message);
    expect(server.requests).toEqual([]);
  });

  it('stops at the first answer without a score', async () => {
    const { server, evaluate } = await setUp({ rows: rowsOf(60) });
    const { code, stderr } = await evaluate(
      ...['-m', 'openai:small', '--threshold', '0.5', '--concurrency', '2'],
    );
    expect(code).toBe(3);
    expect(stderr).toContain('small answers without a score');
    expect(server.requests.length).toBeLessThan(20);
  });

  it('is refused where the answers on disk have no scores', async () => {
    const { server, evaluate } = await setUp();
    await evaluate('-m', 'openai:small');
    server.requests.splice(0);
    const { code, stderr } = await evaluate('-m', 'openai:small', '--threshold', '0.5');
    expect(code).toBe(2);
    expect(stderr).toContain('answers kept in outputs/eval.openai-small.jsonl have none');
    expect(server.requests).toEqual([]);
  });
});

describe('replies of which none is a label', () => {
  const unusable = { rows: rowsOf(100), answering: () => 'I would say: perhaps.' };

  it('stop the run after some dozens, with three of them and the ways out', async () => {
    const { server, evaluate } = await setUp(unusable);
    const { code, stdout, stderr } = await evaluate('-m', 'openai:small', '--concurrency', '4');
    expect([code, stdout]).toEqual([3, '']);
    expect(server.requests.length).toBeLessThan(70);
    expect(stderr).toContain('none of the first 50 replies of small is a label');
    expect(stderr.match(/ {2}unparseable: "I would say: perhaps\."/g)).toHaveLength(3);
    expect(stderr).toMatch(/--prompt.*-m.*--keep-going/);
  });

  it('are all asked for with --keep-going, and kept', async () => {
    const { server, cwd, evaluate } = await setUp(unusable);
    const { code, stderr } = await evaluate('-m', 'openai:small', '--keep-going');
    expect(code).toBe(3);
    expect(server.requests).toHaveLength(100);
    expect(stderr).toContain('outputs/eval.openai-small.jsonl.unanswered.jsonl');
    const kept = join(cwd, 'outputs/eval.openai-small.jsonl.unanswered.jsonl');
    expect(readRows(kept)).toHaveLength(100);
  });

  it('stop no run in which one of the first is a label', async () => {
    const { server, evaluate } = await setUp({
      ...unusable,
      answering: ({ text }) => (text === 'text 9 TOXIC' ? 'toxic' : 'perhaps'),
    });
    expect((await evaluate('-m', 'openai:small')).code).toBe(0);
    expect(server.requests).toHaveLength(100);
  });
});

describe('--baselines', () => {
  it('of other data than the test split says that there are none', async () => {
    const { evaluate } = await setUp();
    const { code, stderr } = await evaluate('--baselines');
    expect(code).toBe(0);
    expect(stderr).toContain("note: published results are of ToxicChat's test split");
  });
});

describe('--dry-run', () => {
  it('counts the rows that a threshold is tuned on', async () => {
    const { cwd, evaluate } = await setUp();
    writeRows(join(cwd, 'tune.jsonl'), rowsOf(5, 100));
    const plan = await evaluate(
      '-m',
      'openai:small',
      '--threshold-from',
      'tune.jsonl',
      '--dry-run',
    );
    expect(plan.stdout).toContain('17, of which 0 are on disk and 17 to be asked');
    expect(existsSync(join(cwd, 'outputs'))).toBe(false);
  });
});
