import { describe, expect, it } from 'vitest';
import { betaCdf, betaQuantile, tQuantile } from '../../src/metrics/beta.js';
import { differences } from '../helpers/golden.js';

/** Equal to so many significant digits; where SciPy says 0, so small. */
function expectNear(actual: number, expected: number, digits: number) {
  const error = Math.abs(actual - expected) / (Math.abs(expected) || 1);
  expect(error, `${actual} against ${expected}`).toBeLessThan(10 ** -digits);
}

describe("SciPy's beta and t", () => {
  it.each(differences.beta_cdf)('betaCdf(%s, %s, %s)', (x, a, b, expected) => {
    if (expected < 1e-12) expect(betaCdf(x, a, b)).toBeLessThan(1e-11);
    else expectNear(betaCdf(x, a, b), expected, 9);
  });

  it.each(differences.beta_quantile)('betaQuantile(%s, %s, %s)', (p, a, b, expected) => {
    expectNear(betaQuantile(p, a, b), expected, 8);
  });

  it.each(differences.t_quantile)('tQuantile(%s, %s)', (p, freedom, expected) => {
    if (p === 0.5) expect(Math.abs(tQuantile(p, freedom))).toBeLessThan(1e-6);
    else expectNear(tQuantile(p, freedom), expected, 8);
  });
});
