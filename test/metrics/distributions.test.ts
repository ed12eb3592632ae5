import { describe, expect, it } from 'vitest';
import { logGamma, normalCdf, normalQuantile } from '../../src/metrics/distributions.js';
import { golden } from '../helpers/golden.js';

/** Equal to so many significant digits. */
function expectDigits(actual: number, expected: number, digits: number) {
  expect(Math.abs(actual - expected)).toBeLessThanOrEqual(
    Math.abs(expected) * 10 ** -digits + 1e-14,
  );
}

describe('the distributions equal SciPy', () => {
  it.each(golden.log_gamma)('logGamma(%s)', (x, expected) => {
    expectDigits(logGamma(x), expected, 13);
  });
  it.each(golden.normal_quantile)('normalQuantile(%s)', (p, expected) => {
    expectDigits(normalQuantile(p), expected, 13);
  });
  it.each(golden.normal_cdf)('normalCdf(%s)', (x, expected) => {
    const actual = normalCdf(x);
    expect(Math.abs(actual / expected - 1)).toBeLessThan(1e-7);
    expectDigits(actual, expected, 13);
  });
});

describe('normalQuantile', () => {
  it('gives the infinities at 0 and 1', () => {
    expect(normalQuantile(0)).toBe(-Infinity);
    expect(normalQuantile(1)).toBe(Infinity);
  });
});
