import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { runCli, scratchFolder, startCli } from '../helpers/cli.js';
import { isPositive, originalRow, readRows, writeRows } from '../helpers/files.js';
import { type Answering, refusal, startModelServer } from '../helpers/model-server.js';

const byText: Answering = ({ text }) => (isPositive(text) ? 'toxic' : 'not toxic');

const original = (count: number) =>
  Array.from({ length: count }, (_, i) =>
    originalRow(
      i,
      `text ${i}${i % 2 === 0 ? ' TOXIC' : ''}`,
      'toxic',
      i % 3 ? 'not toxic' : 'toxic',
    ),
  );

/** A file of ten rows, and a server that judges them by their text. */
async function setUp({ rows = original(10) as object[], answering = byText } = {}) {
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

describe('the answers of evaluate', () => {
  it('are kept, so that a second run asks nothing and prints the same', async () => {
    const { evaluate, answers, asked } = await setUp();
    const first = await evaluate();
    expect(asked()).toHaveLength(10);
    expect(readRows(answers).map(({ ds_original_idx }) => ds_original_idx)).toHaveLength(10);
    const second = await evaluate();
    expect(asked()).toEqual([]);
    expect(second.code).toBe(0);
    expect(second.stdout).toBe(first.stdout);
    expect(second.stderr).toContain('.jsonl; 10 rows were answered before');
  });

  it('are picked up after kill -9', async () => {
    const { server, cwd, env, args, evaluate, answers, asked } = await setUp({
      rows: original(100),
      answering: async (request) => {
        await new Promise((resolve) => setTimeout(resolve, 5));
        return byText(request);
      },
    });
    const { child, finished } = startCli('evaluate', [...args, '--concurrency', '2'], { cwd, env });
    while (!existsSync(answers) || readFileSync(answers, 'utf8').split('\n').length < 20) {
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    child.kill('SIGKILL');
    await finished;
    const kept = new Set(readRows(answers).map(({ input }) => input));
    expect(server.requests.length).toBeLessThan(100);
    asked();
    const { code, stdout } = await evaluate();
    expect(code).toBe(0);
    expect(stdout).toContain('answered 100 of 100 rows');
    const again = asked();
    expect(again.filter((text) => kept.has(text))).toEqual([]);
    expect(again).toHaveLength(100 - kept.size);
  });

  it('that failed are asked again, refusals only with --retry-unanswered', async () => {
    const { evaluate, asked } = await setUp({
      answering: (request) => {
        if (request.text === 'text 1' && request.attempt === 1) {
          return 'I am sorry, I cannot do that.';
        }
        if (request.text === 'text 3' && request.attempt === 1) {
          return refusal(500, { message: 'broken' });
        }
        return byText(request);
      },
    });
    const first = await evaluate('--max-retries', '0');
    expect(first.code).toBe(3);
    expect(first.stdout).toContain('unanswered: 1 refused, 1 failed');
    asked();
    expect((await evaluate()).stdout).toContain('answered 9 of 10 rows; unanswered: 1 refused');
    expect(asked()).toEqual(['text 3']);
    const plan = await evaluate('--dry-run', '--retry-unanswered');
    expect(plan.stdout).toContain('10, of which 9 are on disk and 1 to be asked');
    expect((await evaluate('--retry-unanswered')).stdout).toMatch(
      /small\) scores[\s\S]*answered 10 of 10 rows\n/,
    );
    expect(asked()).toEqual(['text 1']);
  });

  it('are put aside by --fresh, not lost', async () => {
    const { evaluate, answers, asked } = await setUp();
    await evaluate();
    const before = readFileSync(answers, 'utf8');
    asked();
    const { stderr } = await evaluate('--fresh');
    expect(asked()).toHaveLength(10);
    expect(stderr).toContain('kept what was there as outputs/eval.openai-small.jsonl.old-1');
    expect(readFileSync(`${answers}.old-1`, 'utf8')).toBe(before);
  });

  it('to another prompt are refused, with the way out', async () => {
    const { evaluate, answers, asked } = await setUp();
    await evaluate();
    const before = readFileSync(answers, 'utf8');
    asked();
    const { code, stdout, stderr } = await evaluate('--no-system-prompt');
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(/eval\.openai-small\.jsonl line 1 was made with prompt \S+, this run/);
    expect(stderr).toContain('--fresh');
    expect(asked()).toEqual([]);
    expect(readFileSync(answers, 'utf8')).toBe(before);
  });

  it('are the same however the path of the file is spelled', async () => {
    const { evaluate, asked } = await setUp();
    await evaluate();
    asked();
    expect((await evaluate('--eval-file', './eval.jsonl')).code).toBe(0);
    expect(asked()).toEqual([]);
  });

  it('stand for a row as often as the file repeats it, and are asked for once', async () => {
    const { evaluate, asked } = await setUp({ rows: [...original(10), ...original(4)] });
    const plan = await evaluate('--dry-run');
    expect(plan.stdout).toContain('10, of which 0 are on disk and 10 to be asked');
    const { stdout, stderr } = await evaluate();
    expect(asked().sort()).toEqual(
      original(10)
        .map(({ input }) => input)
        .sort(),
    );
    expect(stdout.match(/answered 14 of 14 rows/g)).toHaveLength(2);
    expect(stderr).not.toContain('answered before');
  });
});

describe('evaluate --run', () => {
  it('prints what the run itself printed, needs no key, and sends nothing', async () => {
    const { cwd, evaluate, answers, asked } = await setUp({
      answering: (request) =>
        request.text === 'text 1' ? 'I am sorry, I cannot.' : byText(request),
    });
    const live = await evaluate();
    asked();
    const saved = await runCli('evaluate', ['--eval-file', 'eval.jsonl', '--run', answers], {
      cwd,
    });
    expect(saved.code).toBe(0);
    expect(saved.stdout).toBe(live.stdout);
    expect(asked()).toEqual([]);
  });

  it('refuses the answers to other rows before it asks for any', async () => {
    const { evaluate, answers, cwd, asked } = await setUp();
    await evaluate();
    const others = original(3).map((row) => ({ ...row, input: `other ${row.input}` }));
    writeRows(join(cwd, 'others.jsonl'), others);
    asked();
    const { code, stdout, stderr } = await evaluate(
      ...['-m', 'openai:large', '--eval-file', 'others.jsonl', '--run', answers],
    );
    expect([code, stdout]).toEqual([3, '']);
    expect(stderr).toContain(
      'small.jsonl has no answer to any of the 3 rows of others.jsonl: it has 10 rows of eval.jsonl',
    );
    expect(asked()).toEqual([]);
  });

  it('names one that is not there before it reads the eval file', async () => {
    const { evaluate } = await setUp({ rows: [{ input: 'x', prediction: 'maybe' }] });
    expect((await evaluate()).stderr).toContain('eval.jsonl line 1');
    expect((await evaluate('--run', 'none.jsonl')).stderr).toContain(
      'there is no file of predictions none.jsonl',
    );
  });

  it('names a file that is not there, or has a bad line, before it asks', async () => {
    const { evaluate, cwd, asked } = await setUp();
    const missing = await evaluate('--run', 'none.jsonl');
    expect([missing.code, missing.stdout]).toEqual([2, '']);
    expect(missing.stderr).toContain('there is no file of predictions none.jsonl');
    writeFileSync(join(cwd, 'bad.jsonl'), '{"input": "x", "ds_original_idx": 0}\n');
    const bad = await evaluate('--run', 'bad.jsonl');
    expect(bad.code).toBe(2);
    expect(bad.stderr).toContain('bad.jsonl line 1: "prediction" is missing');
    expect(asked()).toEqual([]);
  });
});

describe('evaluate --dry-run', () => {
  it('knows what is on disk, and that --fresh asks it anew', async () => {
    const { evaluate, answers, asked } = await setUp();
    await evaluate();
    writeRows(answers, readRows(answers).slice(0, 4));
    asked();
    const plan = await evaluate('--dry-run');
    expect([plan.code, plan.stderr]).toEqual([0, '']);
    expect(plan.stdout).toContain('10, of which 4 are on disk and 6 to be asked');
    const fresh = await evaluate('--dry-run', '--fresh');
    expect(fresh.stdout).toContain('10, of which 0 are on disk and 10 to be asked');
    expect(readRows(answers)).toHaveLength(4);
    expect(asked()).toEqual([]);
  });
});

describe('evaluate with one id at two providers', () => {
  it('names the answers of each', async () => {
    const { server, cwd, env } = await setUp();
    const both = { ...env, VLLM_BASE_URL: server.url };
    const args = ['-m', 'openai:small', '-m', 'vllm:small', '--eval-file', 'eval.jsonl'];
    const { code, stdout, stderr } = await runCli('evaluate', args, { cwd, env: both });
    expect(code).toBe(0);
    expect(stdout).toContain('Contender model (small (2)) scores');
    expect(stderr).toContain('answers     outputs/eval.openai-small.jsonl');
    expect(stderr).toContain('answers     outputs/eval.vllm-small.jsonl');
  });
});
