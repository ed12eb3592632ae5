import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { runCli, scratchFolder } from '../helpers/cli.js';
import { readRows } from '../helpers/files.js';

/** Rows of which every fifth is toxic and says so to the word list, every other one of them. */
const rowsOf = (name: string, count: number) =>
  Array.from({ length: count }, (_, i) => {
    const toxic = i % 5 === 0;
    return { text: `${name} ${i}${toxic && i % 10 === 0 ? ' you asshole' : ''}`, toxic };
  });

/** A folder with files of such rows, some with a probability beside each. */
function setUp(files: Record<string, { rows: ReturnType<typeof rowsOf>; probability?: string }>) {
  const cwd = scratchFolder();
  for (const [name, { rows, probability }] of Object.entries(files)) {
    const [head, own] =
      probability === undefined ? ['', ''] : [',sampling_probability', `,${probability}`];
    const lines = rows.map(({ text, toxic }) => `${text},${toxic ? 1 : 0}${own}`);
    writeFileSync(join(cwd, name), [`text,toxicity${head}`, ...lines, ''].join('\n'));
  }
  const collect = (dataset: string, ...args: string[]) =>
    runCli('collect', ['-m', 'wordlist', '--dataset', dataset, ...args], { cwd });
  const evaluate = (...args: string[]) => runCli('evaluate', ['-m', 'wordlist', ...args], { cwd });
  return { cwd, collect, evaluate };
}

/** Joins label files, as `cat` does. */
function concatenate(cwd: string, names: readonly string[], out: string): void {
  writeFileSync(join(cwd, out), names.map((name) => readFileSync(join(cwd, name))).join(''));
}

const TITLE = 'The texts that the rows were drawn from, of which';

describe('rows that were not equally likely to be drawn', () => {
  it('are weighed by a column of their dataset', async () => {
    const { cwd, collect, evaluate } = setUp({
      'caught.csv': { rows: rowsOf('caught', 60), probability: '1' },
      'rest.csv': { rows: rowsOf('rest', 60), probability: '0.1' },
    });
    await collect('caught.csv', '--out', 'caught.jsonl');
    await collect('rest.csv', '--out', 'rest.jsonl');
    concatenate(cwd, ['caught.jsonl', 'rest.jsonl'], 'eval.jsonl');
    const probabilities = readRows(join(cwd, 'eval.jsonl')).map((row) => row.sampling_probability);
    expect(new Set(probabilities)).toEqual(new Set([1, 0.1]));
    const { code, stdout } = await evaluate('--eval-file', 'eval.jsonl');
    expect(code).toBe(0);
    expect(stdout).toContain(`${TITLE} 20% [`);
    expect(stdout.replaceAll(/\s+/g, ' ')).toContain(
      'The rows were drawn with probabilities from 0.10 to 1.00: figures, pairs and gates are of the rows as drawn. [drawn-unequally]',
    );
    const alone = await evaluate('--eval-file', 'rest.jsonl');
    expect(alone.stdout).not.toContain(TITLE);
  });

  it('are weighed by the samples that collect drew, a sample that has grown by its size', async () => {
    const { cwd, collect, evaluate } = setUp({
      'caught.csv': { rows: rowsOf('caught', 80) },
      'rest.csv': { rows: rowsOf('rest', 400) },
    });
    await collect('caught.csv', '--out', 'caught.jsonl', '--sample', '80');
    await collect('rest.csv', '--out', 'rest.jsonl', '--sample', '20');
    await collect('rest.csv', '--out', 'rest.jsonl', '--sample', '40');
    const grown = await evaluate('--eval-file', 'rest.jsonl');
    expect(grown.stdout).not.toContain(TITLE);
    concatenate(cwd, ['caught.jsonl', 'rest.jsonl'], 'eval.jsonl');
    const { stdout } = await evaluate('--eval-file', 'eval.jsonl', '--report', 'report.json');
    expect(stdout).toContain(TITLE);
    const report = JSON.parse(readFileSync(join(cwd, 'report.json'), 'utf8'));
    const toxic = (file: string) =>
      readRows(join(cwd, file)).filter((row) => row.true_label === 'toxic').length;
    // Each row of the rest stands for ten.
    expect(report.models[0].at_prevalence.share.value).toBeCloseTo(
      (toxic('caught.jsonl') + 10 * toxic('rest.jsonl')) / 480,
      12,
    );
  });

  it('whose column holds no probability are refused before anything is asked', async () => {
    const { collect } = setUp({ 'bad.csv': { rows: rowsOf('bad', 3), probability: '5%' } });
    const { code, stderr } = await collect('bad.csv');
    expect(code).toBe(2);
    expect(stderr).toContain('bad.csv row 0: "sampling_probability" is "5%", not a probability');
  });
});
