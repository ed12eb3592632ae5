import { expect, it } from 'vitest';
import { figuresOf } from '../../src/analysis/figures.js';
import { meanOf } from '../../src/analysis/rerun.js';
import { singly } from '../../src/metrics/clusters.js';
import { drawMultinomial, seededRandom } from '../../src/metrics/sampling.js';

const OPTIONS = { resamples: 200, confidence: 0.95, seed: 1 };

it('means over runs have intervals that hold the F1 of all possible runs at least as often as promised', () => {
  // 30 positive rows of 200: 60% always found, 20% never, 20% in half of the runs; of the others
  // 5% always raise an alarm, and 10% do in half of the runs.
  const random = seededRandom(3);
  const expected = { tp: 30 * 0.7, fn: 30 * 0.3, fp: 170 * 0.1 };
  const truth = (2 * expected.tp) / (2 * expected.tp + expected.fn + expected.fp);
  const shares = [0.6 * 30, 0.2 * 30, 0.2 * 30, 0.05 * 170, 0.1 * 170, 0.85 * 170];
  let covered = 0;
  for (let trial = 0; trial < 300; trial++) {
    const rows: number[] = [];
    drawMultinomial(random, 200, shares, rows);
    const [found = 0, missed = 0, mixed = 0, alarms = 0, mixedAlarms = 0, quiet = 0] = rows;
    const tables = [1, 2, 3].map(() => {
      const split: number[] = [];
      drawMultinomial(random, mixed, [1, 1], split);
      const [hits = 0] = split;
      drawMultinomial(random, mixedAlarms, [1, 1], split);
      const [wrong = 0] = split;
      const [tp, fp] = [found + hits, alarms + wrong];
      return singly([tp, fp, missed + mixed - hits, quiet + mixedAlarms - wrong]);
    });
    const { low, high } = meanOf(tables.map((table) => figuresOf(table, OPTIONS))).positive.f1;
    if ((low ?? 1) <= truth && truth <= (high ?? 0)) covered += 1;
  }
  expect(covered / 300).toBeGreaterThan(0.94);
});
