import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { runCli, scratchFolder } from '../helpers/cli.js';
import { isPositive, originalRow, writeRows } from '../helpers/files.js';
import { startModelServer } from '../helpers/model-server.js';

async function setUp() {
  // The small model misses every tenth toxic row, the poor one all of them.
  const server = await startModelServer(({ text, body }) =>
    isPositive(text) && body.model !== 'poor' && !/0 TOXIC$/.test(text) ? 'toxic' : 'not toxic',
  );
  onTestFinished(() => server.close());
  const cwd = scratchFolder();
  const rows = Array.from({ length: 60 }, (_, i) => {
    const label = i % 3 === 0 ? 'toxic' : 'not toxic';
    const row = originalRow(i, `text ${i}${i % 3 === 0 ? ' TOXIC' : ''}`, label, label);
    return { ...row, lang: i % 2 === 0 ? 'en' : 'de' };
  });
  writeRows(join(cwd, 'eval.jsonl'), rows);
  const env = { OPENAI_BASE_URL: server.url, OPENAI_API_KEY: 'sk-test-0123456789abcdef' };
  const evaluate = (...more: string[]) =>
    runCli('evaluate', ['--eval-file', 'eval.jsonl', '--bootstrap', '100', ...more], { cwd, env });
  return { evaluate, url: server.url };
}

const SMALL = ['-m', 'openai:small', '--price', '1/1'];

describe('the screen of evaluate', () => {
  it('has 40 lines of 80 columns, and the finding last of the result', async () => {
    const { evaluate } = await setUp();
    const { screen, stdout } = await evaluate(...SMALL, '--report', 'r.html');
    const lines = screen.trimEnd().split('\n');
    expect(lines.length).toBeLessThanOrEqual(40);
    expect(lines.filter((line) => line.length > 80)).toEqual([]);
    const last = stdout.trimEnd().split('\n\n').at(-1)?.replaceAll('\n', ' ');
    expect(last).toMatch(
      /^small has a toxic F1 of 0\.\d\d \[.*\] \(95% interval\); its teacher, GPT4/,
    );
    expect(last).toMatch(/It costs \$\d.* per 1,000 rows\.$/);
  });

  it('has 40 lines for two contenders as well, whose teacher has its table with --full', async () => {
    const { evaluate } = await setUp();
    const two = [...SMALL, '-m', 'openai:poor'];
    const { screen, stdout } = await evaluate(...two);
    expect(screen.trimEnd().split('\n').length).toBeLessThanOrEqual(40);
    expect(stdout.match(/^.*scores:$/gm)).toEqual([
      'Contender model (small) scores:',
      'Contender model (poor) scores:',
    ]);
    expect((await evaluate(...two, '--full')).stdout).toMatch(/^GPT4 scores:$/m);
    const three = await evaluate(...two, '-m', 'openai:twin');
    expect(three.stdout).not.toContain('scores:');
    expect(three.stdout).toContain('Ranking by toxic F1');
  });

  it('asks one server, and beside it what runs here', async () => {
    const { evaluate, url } = await setUp();
    const { code, stdout } = await evaluate('-m', 'own', '-m', 'wordlist', '--base-url', url);
    expect(code).toBe(0);
    expect(stdout).toContain('Contender model (own) scores:');
    expect(stdout).toContain('Contender model (wordlist) scores:');
  });

  it('says where things are after the result, and what comes next', async () => {
    const { evaluate } = await setUp();
    const { screen, stdout } = await evaluate(...SMALL, '--report', 'r.html');
    const [before, after = ''] = screen.split(stdout);
    expect(before).toBe('');
    expect(after.split('\n').map((line) => line.slice(0, 12).trim())).toEqual([
      'answers',
      'cost',
      'report',
      'more',
      '',
    ]);
  });

  it('ranks several models, a line each, with what they cost and which are alike', async () => {
    const { evaluate } = await setUp();
    const { stdout } = await evaluate(...SMALL, '-m', 'openai:poor', '-m', 'openai:twin');
    const [, ranking = ''] = stdout.split('\nRanking by toxic F1');
    const lines = ranking.split('\n').map((line) => line.trim().split(/ {2,}/));
    expect(lines.slice(2, 6).map(([letters, name]) => [letters, name])).toEqual([
      ['a', 'GPT4 (teacher)'],
      ['a', 'small'],
      ['a', 'twin'],
      ['b', 'poor'],
    ]);
    expect(lines[3]?.slice(2)).toEqual([
      expect.stringMatching(/^0\.\d\d \[/),
      expect.stringMatching(/^\$0\.\d/),
      '100%',
    ]);
    expect(ranking).toMatch(
      /\nsmall and twin have the highest toxic F1 of the contenders; not told apart from\nthem: their teacher GPT4\.\n$/,
    );
  });

  it('has every table with --full, and what was asked for without it', async () => {
    const { evaluate } = await setUp();
    const { stdout } = await evaluate(...SMALL, '--slice', 'lang', '--prevalence', '0.02');
    expect(stdout).toContain('small, lang: de');
    expect(stdout).not.toContain('length: up to 100');
    expect(stdout).toContain('Where 2% of the texts are toxic');
    expect(stdout).not.toMatch(/^(Confusion|Agreement|Pairs)/m);
    const full = await evaluate(...SMALL, '--full');
    for (const title of ['Figures with', 'Confusion', 'Agreement', 'Pairs by'])
      expect(full.stdout).toContain(`\n${title}`);
    expect(full.stderr).not.toContain('--full');
  });

  it('tells what a resumed run did, and what there is in all', async () => {
    const { evaluate } = await setUp();
    const first = await evaluate(...SMALL);
    expect(first.stderr).toMatch(/^answers {5}outputs\/eval\.openai-small\.jsonl$/m);
    expect(first.stderr).not.toContain('in all');
    const again = await evaluate(...SMALL);
    expect(again.stderr).toMatch(/^answers {5}.*; 60 rows were answered before$/m);
    expect(again.stderr).toContain(
      'in all      the file now has 60 answers: 18 toxic, 42 not toxic',
    );
  });
});
