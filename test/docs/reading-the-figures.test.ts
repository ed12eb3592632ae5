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
  f1PermutationP,
  pairedCell,
  rowsForMargin,
} from '../../src/metrics/f1-difference.js';

const DOC = readFileSync(new URL('../../docs/reading-the-figures.md', import.meta.url), 'utf8');

it('the example of a pair is what its counts come to', () => {
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
  const { value, standardError, interval } = f1Difference(cells, 0.95);
  const f1 = (hits: number, alarms: number) => (2 * hits) / (hits + alarms + 120);
  const [a, b] = formatTogether([f1(90, 32), f1(84, 28)]);
  const lines = [
    `rows 600, F1 of a ${a}, of b ${b}, difference ${formatFigure({ value, ...interval })}`,
    `p ${formatP(f1PermutationP(cells))}, would find ${formatNumber(detectableDifference(standardError))}, rows for 0.02: ${formatCount(rowsForMargin(600, standardError, 0.02))}`,
  ];
  expect(DOC).toContain(`\`\`\`\n${lines.join('\n')}\n\`\`\``);
});
