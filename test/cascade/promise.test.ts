import { describe, expect, it } from 'vitest';
import type { Band } from '../../src/cascade/band.js';
import type { CascadeRow } from '../../src/cascade/cascade-rows.js';
import { rowsToShow, testBand, testInOrder } from '../../src/cascade/promise.js';
import { cascadeGolden } from '../helpers/golden.js';

const RULES = { threshold: 0.5, onTeacherFailure: 'unanswered' } as const;
const STUDENT_ALONE: Band = { low: 0.5, high: 0.5 };

/** Rows that the student alone decides. */
const rowsOf = (truth: CascadeRow['truth'], score: number, count: number): CascadeRow[] =>
  Array.from({ length: count }, () => ({ score, teacher: null, truth, usd: null }));

describe('a promise', () => {
  it.each(cascadeGolden.exact_tests)(
    "rests on SciPy's exact test: $successes of $n above $aim",
    ({ successes, n, aim, p, bound }) => {
      const rows = [
        ...rowsOf('positive', 0.9, successes),
        ...rowsOf('positive', 0.1, n - successes),
      ];
      const { recall, passes } = testBand(rows, STUDENT_ALONE, {
        aim: { recall: aim },
        confidence: 0.95,
        rules: RULES,
      });
      expect(recall).toMatchObject({ aim, successes, n });
      expect(recall?.p).toBeCloseTo(p, 10);
      expect(recall?.bound).toBeCloseTo(bound, 8);
      expect(passes).toBe(p <= 0.05);
      expect(passes).toBe(bound >= aim);
    },
  );

  it('needs both figures where both are promised', () => {
    // All found, and half of what is called positive is not.
    const rows = [...rowsOf('positive', 0.9, 100), ...rowsOf('negative', 0.9, 100)];
    const of = (aim: object) =>
      testBand(rows, STUDENT_ALONE, { aim, confidence: 0.95, rules: RULES }).passes;
    expect(of({ recall: 0.9 })).toBe(true);
    expect(of({ precision: 0.7 })).toBe(false);
    expect(of({ recall: 0.9, precision: 0.7 })).toBe(false);
    expect(of({ recall: 0.9, precision: 0.4 })).toBe(true);
  });

  it('takes a row without a label as missed, however many rows agree elsewhere', () => {
    const asked: Band = { low: 0, high: 2 };
    const rows = [...rowsOf('positive', 0.9, 20), ...rowsOf('negative', 0.1, 100_000)];
    const tested = testBand(rows, asked, {
      aim: { recall: 0.1 },
      confidence: 0.95,
      rules: RULES,
    });
    expect(tested.recall).toMatchObject({ successes: 0, n: 20, bound: 0, p: 1 });
    expect(tested.passes).toBe(false);
  });

  it('promises nothing of no rows', () => {
    const settings = { aim: { recall: 0.5 }, confidence: 0.95, rules: RULES };
    expect(testBand([], STUDENT_ALONE, settings).passes).toBe(false);
  });

  it('stops at the first band that does not pass, whatever comes after', () => {
    const rows = rowsOf('positive', 0.6, 100);
    const good: Band = { low: 0.5, high: 0.5 };
    const bad: Band = { low: 0.7, high: 0.7 };
    const { passed, failed } = testInOrder(rows, [good, bad, good], {
      aim: { recall: 0.9 },
      confidence: 0.95,
      rules: RULES,
    });
    expect(passed.map(({ band }) => band)).toEqual([good]);
    expect(failed?.band).toEqual(bad);
  });

  it.each([
    { successes: 46, n: 50, aim: 0.9 },
    { successes: 18, n: 20, aim: 0.8 },
    { successes: 75, n: 100, aim: 0.7 },
  ])('needs as many rows as it says: $successes of $n above $aim', ({ successes, n, aim }) => {
    const needed = rowsToShow({ aim, successes, n, bound: 0, p: 1 }, 0.95) ?? 0;
    expect(needed).toBeGreaterThan(n);
    const isShown = (rows: number) => {
      const hits = Math.floor((successes / n) * rows);
      const all = [...rowsOf('positive', 0.9, hits), ...rowsOf('positive', 0.1, rows - hits)];
      return testBand(all, STUDENT_ALONE, { aim: { recall: aim }, confidence: 0.95, rules: RULES })
        .passes;
    };
    expect(isShown(needed)).toBe(true);
    expect(isShown(needed - 1)).toBe(false);
  });

  it('names no number of rows where the rate is not above the aim', () => {
    expect(rowsToShow({ aim: 0.9, successes: 45, n: 50, bound: 0, p: 1 }, 0.95)).toBeNull();
    expect(rowsToShow({ aim: 0.9, successes: 0, n: 0, bound: 0, p: 1 }, 0.95)).toBeNull();
  });
});
