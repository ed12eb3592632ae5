import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { runCli, scratchFolder, startCli } from '../helpers/cli.js';
import { isPositive, originalRow, readRows, writeRows } from '../helpers/files.js';
import { type Answering, refusal, startModelServer } from '../helpers/model-server.js';

/** Every second row is toxic; people agree with the word that gives it away. */
const original = (count: number) =>
  Array.from({ length: count }, (_, i) => {
    const label = i % 2 === 0 ? 'toxic' : 'not toxic';
    return originalRow(i, `text ${i}${i % 2 === 0 ? ' TOXIC' : ''}`, label, label);
  });

/** Right by the text, but for text 3, which is called toxic when it is asked a second time. */
const unsteady: Answering = ({ text, attempt }) =>
  isPositive(text) !== (text === 'text 3' && attempt === 2) ? 'toxic' : 'not toxic';

async function setUp({ rows = original(10) as object[], answering = unsteady } = {}) {
  const server = await startModelServer(answering);
  onTestFinished(() => server.close());
  const cwd = scratchFolder();
  writeRows(join(cwd, 'eval.jsonl'), rows);
  const env = { OPENAI_BASE_URL: server.url, OPENAI_API_KEY: 'sk-test-0123456789abcdef' };
  const args = ['-m', 'openai:small', '--eval-file', 'eval.jsonl'];
  const evaluate = (...more: string[]) => runCli('evaluate', [...args, ...more], { cwd, env });
  const answers = join(cwd, 'outputs', 'eval.openai-small.jsonl');
  /** The texts asked since it was last called. */
  const asked = () => server.requests.splice(0).map(({ text }) => text);
  return { server, cwd, env, args, evaluate, answers, asked };
}

const NOISE = 'small  2     0.064           1 of 10 rows (10%)';

describe('evaluate --runs', () => {
  it('asks each row so often, keeps every answer, and says what changed', async () => {
    const { evaluate, answers, asked, cwd } = await setUp();
    const { code, stdout } = await evaluate('--runs', '2', '--report', 'report.json');
    expect(code).toBe(0);
    expect(asked()).toHaveLength(20);
    // The runs have an F1 of 1 and of 10/11.
    expect(stdout).toContain(NOISE);
    expect(stdout).toContain('answered 10 of 10 rows');
    const report = JSON.parse(readFileSync(join(cwd, 'report.json'), 'utf8'));
    const [, model] = report.models;
    expect(model.figures.positive.f1.value).toBeCloseTo((1 + 10 / 11) / 2, 12);
    expect(model.figures.accuracy).toMatchObject({ value: 0.95, n: 10 });
    expect(model.rerun.f1_sd).toBeCloseTo(1 / 11 / Math.SQRT2, 12);
    expect(report.rows.said.small).toBe('1010101010');
    expect(report.rows.reruns).toEqual({ small: ['1011101010'] });
    const kept = readRows(answers);
    expect(kept.filter(({ run }) => run === undefined)).toHaveLength(10);
    expect(kept.filter(({ run }) => run === 2)).toHaveLength(10);
    const keys = Object.keys(kept.find(({ run }) => run === 2) ?? {});
    expect(keys.slice(0, 7)).toEqual(Object.keys(originalRow(0, '', '', null)));
    expect(keys.at(-1)).toBe('run');
  });

  it('asks only for what is missing, also where it is raised', async () => {
    const { evaluate, asked } = await setUp();
    await evaluate();
    expect(asked()).toHaveLength(10);
    const plan = await evaluate('--runs', '3', '--dry-run', '--plan');
    expect(plan.stdout).toContain('30, of which 10 are on disk and 20 to be asked');
    expect(plan.stdout).toContain('each row is asked 3 times, and counts as often here');
    expect(plan.stdout).toContain('each is asked 3 times, and counts once');
    expect(asked()).toEqual([]);
    const two = await evaluate('--runs', '2');
    expect(asked()).toHaveLength(10);
    expect(two.stdout).toContain(NOISE);
    const again = await evaluate('--runs', '2');
    const fewer = await evaluate();
    expect(asked()).toEqual([]);
    expect([again.stdout, fewer.stdout]).toEqual([two.stdout, two.stdout]);
    const three = await evaluate('--runs', '3');
    expect(asked()).toHaveLength(10);
    expect(three.stdout).toContain('small  3     0.052           1 of 10 rows (10%)');
  });

  it('is picked up after kill -9, nothing lost and nothing asked twice', async () => {
    const { server, cwd, env, args, evaluate, answers } = await setUp({
      rows: original(40),
      answering: async (request) => {
        await new Promise((resolve) => setTimeout(resolve, 5));
        return unsteady(request);
      },
    });
    const start = [...args, '--runs', '2', '--concurrency', '2'];
    const { child, finished } = startCli('evaluate', start, { cwd, env });
    while (!existsSync(answers) || readFileSync(answers, 'utf8').split('\n').length < 60) {
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    child.kill('SIGKILL');
    await finished;
    const kept = readRows(answers).length;
    expect(kept).toBeLessThan(80);
    server.requests.length = 0;
    const { code, stdout } = await evaluate('--runs', '2');
    expect(code).toBe(0);
    expect(server.requests).toHaveLength(80 - kept);
    expect(stdout).toContain('of 40 rows');
    const attempts = readRows(answers).map(({ input, run }) => `${input} ${run ?? 1}`);
    expect([attempts.length, new Set(attempts).size]).toEqual([80, 80]);
  });

  it('asks all rows once before any is asked again, and counts whole runs only', async () => {
    const { evaluate, asked } = await setUp();
    const priced = ['--runs', '2', '--price', '1000/0', '--concurrency', '1'];
    const { code, stdout, stderr } = await evaluate(...priced, '--max-cost', '1.5');
    expect(code).toBe(3);
    const texts = asked();
    expect(new Set(texts.slice(0, 10)).size).toBe(10);
    expect(texts.length).toBeGreaterThan(10);
    expect(stderr).toContain(`note: ${20 - texts.length} rows are left, at about`);
    expect(stdout).not.toContain('Asked again');
  });

  it('asks again for a row that failed in its second run', async () => {
    const { evaluate, asked } = await setUp({
      answering: (request) =>
        request.text === 'text 5' && request.attempt === 2
          ? refusal(500, { message: 'broken' })
          : unsteady(request),
    });
    const first = await evaluate('--runs', '2', '--max-retries', '0');
    expect(first.code).toBe(3);
    expect(first.stderr).toContain('error: 1 row failed on the way');
    asked();
    expect((await evaluate('--runs', '2')).code).toBe(0);
    expect(asked()).toEqual(['text 5']);
  });

  it('leaves a file that can be judged by, and be a run of its own', async () => {
    const { evaluate, cwd, env, asked } = await setUp();
    await evaluate('--runs', '2');
    asked();
    const file = 'outputs/eval.openai-small.jsonl';
    const run = await runCli('evaluate', ['--run', file, '--eval-file', 'eval.jsonl'], { cwd });
    expect(run.stdout).toContain(NOISE);
    const judged = await runCli('evaluate', ['--eval-file', file], { cwd, env });
    expect(judged.stdout).toMatch(/^small scores:[\s\S]*answered 10 of 10 rows\n/);
    expect(judged.stdout).not.toContain('Asked again');
  });

  it('refuses what makes no sense', async () => {
    const { cwd, evaluate, asked } = await setUp();
    const file = ['--eval-file', 'eval.jsonl'];
    const alone = await runCli('evaluate', [...file, '--run', 'a.jsonl', '--runs', '2'], { cwd });
    expect(alone.code).toBe(2);
    expect(alone.stderr).toContain('error: --runs 2 asks models, and --run has only answers');
    expect((await evaluate('--runs', '0')).stderr).toContain('It must be a whole number from 1 up');
    expect(asked()).toEqual([]);
  });
});
