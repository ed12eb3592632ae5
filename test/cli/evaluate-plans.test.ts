import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { runCli, scratchFolder } from '../helpers/cli.js';
import { isPositive, originalRow, writeRows } from '../helpers/files.js';
import { startModelServer } from '../helpers/model-server.js';

/** 100 rows of which each tenth is toxic; a word gives each fifth away. */
const rows = Array.from({ length: 100 }, (_, i) =>
  originalRow(
    i,
    `text ${i}${i % 5 === 0 ? ' TOXIC' : ''}`,
    i % 20 === 0 ? 'toxic' : 'not toxic',
    i % 10 === 0 ? 'toxic' : 'not toxic',
  ),
);

const SMALL = ['-m', 'openai:small'];
const FILE = ['--eval-file', 'eval.jsonl'];

async function setUp() {
  const server = await startModelServer(({ text }) => (isPositive(text) ? 'toxic' : 'not toxic'));
  onTestFinished(() => server.close());
  const cwd = scratchFolder();
  writeRows(join(cwd, 'eval.jsonl'), rows);
  const env = { OPENAI_BASE_URL: server.url, OPENAI_API_KEY: 'sk-test-0123456789abcdef' };
  const evaluate = (...more: string[]) => runCli('evaluate', [...FILE, ...more], { cwd, env });
  return { server, cwd, evaluate };
}

describe('evaluate --plan', () => {
  it('says what the file can show, with no model, no key and no request', async () => {
    const { cwd, server } = await setUp();
    const { code, stdout, stderr } = await runCli('evaluate', [...FILE, '--plan'], { cwd });
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toContain('100 rows with a true label, of which 10 are toxic');
    expect(stdout).toContain('assumed: precision and recall of 0.7 where no answers are kept');
    expect(stdout).toMatch(/\n {2}a model - GPT4 +0\.\d{3} +[\d,]+ +[\d,]+ +assumption\n/);
    expect(stdout).toMatch(/\n {2}a model - another like it +0\.\d{3} /);
    expect([server.requests.length, existsSync(join(cwd, 'outputs'))]).toEqual([0, false]);
  });

  it('goes with --dry-run, and takes another F1 and another margin', async () => {
    const { cwd } = await setUp();
    const plan = (...more: string[]) =>
      runCli('evaluate', [...FILE, '-m', 'openai:gpt-4.1', '--plan', ...more], { cwd });
    const { code, stdout } = await plan('0.9', '--dry-run', '--margin', '0.05');
    expect(code).toBe(0);
    expect(stdout).toMatch(/gpt-4\.1 +0\.90 \[0\.[67]\d, 0\.9\d\]/);
    expect(stdout).toContain('rows for a gate at 0.05');
    expect(stdout).toContain('100, of which 0 are on disk and 100 to be asked');
    expect((await plan('1.2')).stderr).toContain('It must be a number between 0 and 1');
  });

  it('takes kept answers for a pilot, wherever they are named', async () => {
    const { evaluate, server } = await setUp();
    await evaluate(...SMALL);
    const asked = server.requests.length;
    // 10 of 10 toxic rows found, and 10 others called so.
    const piloted = /small +0\.67 \[.*\] +0\.\d{3} +100 kept rows\n/;
    const { stdout } = await evaluate(...SMALL, '--plan');
    expect(stdout).toMatch(piloted);
    expect(stdout).toMatch(/small - GPT4 .* 100 kept rows\n/);
    expect(stdout).not.toContain('precision and recall of');
    const run = ['--run', 'outputs/eval.openai-small.jsonl'];
    expect((await evaluate(...run, '--plan')).stdout).toMatch(piloted);
    expect(server.requests).toHaveLength(asked);
  });

  it('refuses kept answers to another prompt, as a run does', async () => {
    const { evaluate } = await setUp();
    await evaluate(...SMALL);
    const { code, stderr } = await evaluate(...SMALL, '--no-system-prompt', '--plan');
    expect([code, stderr]).toEqual([2, expect.stringContaining('was made with prompt')]);
  });

  it('refuses a file without a toxic row', async () => {
    const { evaluate, cwd } = await setUp();
    writeRows(join(cwd, 'eval.jsonl'), [originalRow(0, 'text', 'toxic', 'not toxic')]);
    const planned = await evaluate('--plan');
    expect(planned.code).toBe(2);
    expect(planned.stderr).toContain('error: no row of the file is toxic');
  });
});

describe('evaluate --prevalence', () => {
  it('says what becomes of the figures where fewer texts are toxic', async () => {
    const { evaluate } = await setUp();
    const { code, stdout } = await evaluate('-m', 'openai:small', '--prevalence', '0.02');
    expect(code).toBe(0);
    // All toxic rows are found, and 10 of 90 others: .02 / (.02 + .98 / 9) are right.
    expect(stdout).toMatch(
      /\nWhere 2% of the texts are toxic\n[^\n]*\n {2}GPT4[^\n]*\n {2}small +0\.16 /,
    );
  });

  it.each(['0', '1', '2%', 'few'])('refuses %s', async (share) => {
    const { evaluate, server } = await setUp();
    const { code, stderr } = await evaluate('-m', 'openai:small', '--prevalence', share);
    expect([code, server.requests.length]).toEqual([2, 0]);
    expect(stderr).toContain('It must be a number between 0 and 1');
  });
});
