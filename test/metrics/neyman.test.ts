import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { neymanAllocation } from '../../src/metrics/neyman.js';

describe('neymanAllocation', () => {
  const strata = [
    { called: false, rows: 4_300, expected: 0.01 },
    { called: false, rows: 250, expected: 0.4 },
    { called: true, rows: 150, expected: 0.3 },
    { called: true, rows: 300, expected: 0.9 },
  ];

  it('gives most to the many rows that both call not toxic, where the missed ones hide', () => {
    const given = neymanAllocation(strata, 300);
    expect(given.reduce((sum, count) => sum + count, 0)).toBe(300);
    expect(Math.max(...given)).toBe(given[0]);
    expect(Math.min(...given)).toBeGreaterThanOrEqual(20);
  });

  it('never asks for more rows than there are, nor spends more than it has', () => {
    const stratum = fc.record({
      called: fc.boolean(),
      rows: fc.integer({ min: 0, max: 60 }),
      expected: fc.double({ min: 0, max: 1, noNaN: true }),
    });
    fc.assert(
      fc.property(
        fc.array(stratum, { minLength: 1, maxLength: 6 }),
        fc.nat(200),
        (cells, budget) => {
          const given = neymanAllocation(cells, budget, 0);
          const all = cells.reduce((sum, { rows }) => sum + rows, 0);
          expect(given.reduce((sum, count) => sum + count, 0)).toBe(Math.min(budget, all));
          expect(given.every((count, i) => count <= (cells[i]?.rows ?? 0))).toBe(true);
        },
      ),
      { seed: 4 },
    );
  });
});
