import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { holm, mcnemarExact } from '../../src/metrics/paired.js';
import { golden } from '../helpers/golden.js';

describe('mcnemarExact', () => {
  it.each(golden.mcnemar)('equals statsmodels and SciPy: $b and $c', ({ b, c, p, binomial_p }) => {
    expect(mcnemarExact(b, c) / p).toBeCloseTo(1, 8);
    expect(mcnemarExact(b, c) / binomial_p).toBeCloseTo(1, 8);
  });
  it('is 1 where no row tells the models apart', () => expect(mcnemarExact(0, 0)).toBe(1));
  it('is symmetric, and a probability', () => {
    fc.assert(
      fc.property(fc.nat(100_000), fc.nat(100_000), (b, c) => {
        expect(mcnemarExact(b, c)).toBe(mcnemarExact(c, b));
        expect(mcnemarExact(b, c)).toBeLessThanOrEqual(1);
        expect(mcnemarExact(b, c)).toBeGreaterThanOrEqual(0);
      }),
    );
  });
});

describe('holm', () => {
  it.each(golden.holm)('equals statsmodels: $p', ({ p, corrected }) => {
    holm(p).forEach((value, i) => {
      expect(value).toBeCloseTo(corrected[i] ?? Number.NaN, 14);
    });
  });
  it('has nothing to correct in nothing', () => expect(holm([])).toEqual([]));
});
