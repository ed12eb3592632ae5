import { expect, it } from 'vitest';
import { fisherExact } from '../../src/metrics/fisher.js';
import { figuresGolden } from '../helpers/golden.js';

it.each(figuresGolden.fisher)("Fisher's test of $table equals SciPy's", ({ table, p }) => {
  const [a, b, c, d] = table;
  const [part, rest] = [
    { hits: a, rows: a + b },
    { hits: c, rows: c + d },
  ];
  // Log gamma of thousands carries 13 digits.
  expect(fisherExact(part, rest) / p).toBeCloseTo(1, 8);
  expect(fisherExact(rest, part) / p).toBeCloseTo(1, 8);
});

it('tells nothing of nothing', () => {
  expect(fisherExact({ hits: 0, rows: 0 }, { hits: 3, rows: 9 })).toBeCloseTo(1, 12);
});
