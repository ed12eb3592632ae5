import { describe, expect, it } from 'vitest';
import {
  f1Difference,
  f1DifferenceBound,
  f1PermutationP,
  squaredInfluence,
} from '../../src/metrics/f1-difference.js';
import {
  type AlikeRows,
  countCells,
  differingRows,
  runsEffect,
} from '../../src/metrics/paired-rows.js';
import { reruns } from '../helpers/golden.js';

const mean = (runs: readonly (readonly number[])[], row: number) =>
  runs.reduce((sum, run) => sum + (run[row] ?? 0), 0) / runs.length;

describe.each(reruns.reruns)('models that were asked $a.length and $b.length times', (golden) => {
  const { truth, a, b } = golden;
  const rows: AlikeRows[] = truth.map((label, row) => ({
    isPositive: label === 1,
    a: mean(a, row),
    b: mean(b, row),
    rows: 1,
  }));
  const cells = countCells(rows);
  const effect = runsEffect(rows, cells, Math.max(a.length, b.length));

  it('differ by the F1 of their mean counts', () => {
    expect(f1Difference(cells, 0.95).value).toBeCloseTo(golden.value, 12);
  });

  it('have the standard error of rows, whose runs are one draw', () => {
    expect(Math.sqrt(squaredInfluence(cells) * effect)).toBeCloseTo(golden.standard_error, 8);
    expect(effect).toBeLessThan(1);
  });

  it("have the p-value of all swaps of a row's runs together", () => {
    const p = f1PermutationP(cells, differingRows(rows, a.length * b.length));
    expect(p).toBeCloseTo(golden.p, 10);
  });
});

describe('rows by cell', () => {
  it('are shared out where runs disagree', () => {
    const cells = countCells([{ isPositive: true, a: 2 / 3, b: 1 / 3, rows: 3 }]);
    expect(cells.map((count) => Number(count.toFixed(12)))).toEqual([0, 0, 0, 0, 1, 0, 1, 1]);
  });

  it('are whole where each model was asked once', () => {
    const rows = [
      { isPositive: false, a: 1, b: 0, rows: 5 },
      { isPositive: true, a: 1, b: 1, rows: 7 },
    ];
    expect(countCells(rows)).toEqual([0, 0, 5, 0, 0, 0, 0, 7]);
    expect(runsEffect(rows, countCells(rows), 1)).toBe(1);
    expect(differingRows(rows, 1)).toEqual({ positive: [7, 0], others: [0, 5] });
  });
});

describe('the mean over runs', () => {
  /** So many rows, of which a toxic one is called so in 2 of 3 runs by a and in 1 by b. */
  const alike = (rows: number) => [
    { isPositive: true, a: 2 / 3, b: 1 / 3, rows },
    { isPositive: false, a: 0, b: 0, rows },
  ];
  const effectOf = (rows: readonly AlikeRows[]) => runsEffect(rows, countCells(rows), 3);

  it('is worth three rows at most, however alike the rows are', () => {
    expect(effectOf(alike(1))).toBeCloseTo(1 / 3, 12);
    expect(effectOf(alike(100))).toBeCloseTo(1 / 3, 12);
  });

  it('does not lift the bound of few rows over a margin', () => {
    const one = [{ isPositive: true, a: 1, b: 2 / 3, rows: 1 }];
    expect(f1DifferenceBound(countCells(one), 0.95, effectOf(one))).toBeLessThan(-0.2);
  });

  it('leaves the variance as it is where the models do not differ', () => {
    const same = [{ isPositive: true, a: 1 / 3, b: 1 / 3, rows: 20 }];
    expect(effectOf(same)).toBe(1);
  });
});
