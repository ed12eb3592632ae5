import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import {
  formatCount,
  formatFigure,
  formatNumber,
  formatP,
  formatTogether,
} from '../../src/format.js';
import {
  detectableDifference,
  f1Difference,
  f1DifferenceBound,
  f1PermutationP,
  pairedCell,
  rowsForMargin,
} from '../../src/metrics/f1-difference.js';
import { runCli, scratchFolder } from '../helpers/cli.js';

const DOC = readFileSync(new URL('../../docs/reading-the-figures.md', import.meta.url), 'utf8');

it('the first example is what the commands print', async () => {
  const folder = scratchFolder();
  const options = { cwd: folder };
  await runCli(
    'collect',
    ['-m', 'wordlist', ...'--dataset sample --split test'.split(' '), '--ds-max-size', '120'],
    options,
  );
  const { stdout } = await runCli(
    'evaluate',
    ['-m', 'wordlist', '--slice', 'is_jailbreaking', '--full'],
    options,
  );
  const shown = DOC.slice(DOC.indexOf('## An example'), DOC.indexOf('- It found 17'));
  const [, ...outputs] = shown.split(/^```$/m).filter((_, i) => i % 2 === 1);
  const lines = outputs
    .join('')
    .split('\n')
    .filter((line) => line.trim() !== '');
  expect(lines.length).toBeGreaterThan(25);
  const printed = stdout.split('\n');
  expect(lines.filter((line) => !printed.includes(line))).toEqual([]);
});

/** The counts of the example of a pair. */
function pairExample(): number[] {
  const cells = new Array<number>(8).fill(0);
  const put = (rows: number, toxic: boolean, a: boolean, b: boolean) => {
    cells[pairedCell(toxic, a, b)] = rows;
  };
  put(80, true, true, true);
  put(10, true, true, false);
  put(4, true, false, true);
  put(26, true, false, false);
  put(20, false, true, true);
  put(12, false, true, false);
  put(8, false, false, true);
  put(440, false, false, false);
  return cells;
}

it('the example of a pair is what its counts come to', () => {
  const cells = pairExample();
  const { value, standardError, interval } = f1Difference(cells, 0.95);
  const f1 = (hits: number, alarms: number) => (2 * hits) / (hits + alarms + 120);
  const [a, b] = formatTogether([f1(90, 32), f1(84, 28)]);
  const lines = [
    `rows 600, F1 of a ${a}, of b ${b}, difference ${formatFigure({ value, ...interval })}`,
    `p ${formatP(f1PermutationP(cells))}, would find ${formatNumber(detectableDifference(standardError))}, rows for 0.02: ${formatCount(rowsForMargin(600, standardError, 0.02))}`,
  ];
  expect(DOC).toContain(`\`\`\`\n${lines.join('\n')}\n\`\`\``);
});

it("the example of a gate is the bound of the pair's counts", () => {
  const bound = f1DifferenceBound(pairExample(), 0.95);
  expect(DOC).toContain(`the bound is ${bound.toFixed(3)}`);
  expect(bound).toBeLessThan(-0.02);
  expect(bound).toBeGreaterThan(-0.03);
});
