import { describe, expect, it } from 'vitest';
import {
  detectableDifference,
  f1Difference,
  f1DifferenceBound,
  f1PermutationP,
  isWithinMargin,
  rowsForMargin,
} from '../../src/metrics/f1-difference.js';
import { differences } from '../helpers/golden.js';

describe.each(differences.differences)('the F1 difference of $cells', (golden) => {
  const { cells, value, standard_error, interval, bound, p, exact } = golden;

  it('has the interval of the delta method', () => {
    const found = f1Difference(cells, 0.95);
    expect(found.value).toBeCloseTo(value, 12);
    expect(found.standardError).toBeCloseTo(standard_error, 7);
    expect(found.interval.low).toBeCloseTo(interval[0], 6);
    expect(found.interval.high).toBeCloseTo(interval[1], 6);
  });

  it('has the one-sided bound', () => {
    expect(f1DifferenceBound(cells, 0.95)).toBeCloseTo(bound, 6);
  });

  it('has the p-value of all swaps', () => {
    expect(f1PermutationP(cells)).toBeCloseTo(p, exact ? 10 : 2);
  });
});

describe('few rows', () => {
  it('decide nothing: one row of which one model is right', () => {
    const cells = [19, 0, 0, 0, 0, 0, 1, 0];
    expect(f1PermutationP(cells)).toBe(1);
    expect(f1Difference(cells, 0.95).interval.low).toBeLessThan(0);
    expect(f1DifferenceBound([0, 0, 0, 0, 0, 0, 0, 1], 0.95)).toBeLessThan(-0.3);
  });

  it('swap as well where nothing is called toxic', () => {
    expect(f1PermutationP([10, 0, 0, 0, 2, 0, 0, 0])).toBe(1);
    expect(Number.isFinite(f1Difference([10, 0, 0, 0, 0, 0, 0, 0], 0.95).interval.low)).toBe(true);
  });
});

describe('isWithinMargin', () => {
  it('needs enough rows, and both sides', () => {
    const alike = [5_000, 10, 10, 100, 100, 10, 10, 500];
    expect(isWithinMargin(alike, 0.95, 0.05)).toBe(true);
    expect(
      isWithinMargin(
        alike.map((count) => count / 50),
        0.95,
        0.05,
      ),
    ).toBe(false);
    const better = [5_000, 10, 10, 100, 100, 0, 90, 500];
    expect(isWithinMargin(better, 0.95, 0.05)).toBe(false);
    expect(isWithinMargin([5_000, 10, 10, 100, 100, 90, 0, 500], 0.95, 0.05)).toBe(false);
  });
});

describe('evidence', () => {
  it('says what would have been found, and how many rows a gate needs', () => {
    expect(detectableDifference(0.02)).toBeCloseTo(0.056, 3);
    // Card et al. and Miller: n ((1.645 + .84) SE / margin)^2.
    expect(rowsForMargin(1000, 0.02, 0.02)).toBe(Math.ceil(1000 * (1.644854 + 0.841621) ** 2));
  });
});
