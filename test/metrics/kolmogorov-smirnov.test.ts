import { describe, expect, it } from 'vitest';
import { kolmogorovSmirnov } from '../../src/metrics/kolmogorov-smirnov.js';
import { cascadeGolden } from '../helpers/golden.js';

describe('the two-sample test', () => {
  it.each(cascadeGolden.two_samples)("is SciPy's, %#", ({ a, b, distance, p }) => {
    const ours = kolmogorovSmirnov(a, b);
    expect(ours.distance).toBeCloseTo(distance, 12);
    expect(ours.p).toBeCloseTo(p, 9);
  });

  it.each(cascadeGolden.two_samples)(
    'errs to the larger side where it is small, %#',
    ({ a, b, exact_p }) => {
      const { p } = kolmogorovSmirnov(a, b);
      expect(p).toBeGreaterThan(exact_p * (exact_p < 0.05 ? 1 : 0.98));
    },
  );

  it('does not change the values it is given, and finds no difference in equal ones', () => {
    const values = [3, 1, 2];
    expect(kolmogorovSmirnov(values, values)).toEqual({ distance: 0, p: 1 });
    expect(values).toEqual([3, 1, 2]);
  });
});
