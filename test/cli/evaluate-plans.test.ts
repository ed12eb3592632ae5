import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { runCli, scratchFolder } from '../helpers/cli.js';
import { isToxic, originalRow, writeRows } from '../helpers/files.js';
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

async function setUp() {
  const server = await startModelServer(({ text }) => (isToxic(text) ? 'toxic' : 'not toxic'));
  onTestFinished(() => server.close());
  const cwd = scratchFolder();
  writeRows(join(cwd, 'eval.jsonl'), rows);
  const env = { OPENAI_BASE_URL: server.url, OPENAI_API_KEY: 'sk-test-0123456789abcdef' };
  const evaluate = (...more: string[]) =>
    runCli('evaluate', ['--eval-file', 'eval.jsonl', ...more], { cwd, env });
  return { server, cwd, evaluate };
}

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
