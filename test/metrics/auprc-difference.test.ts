import { describe, expect, it } from 'vitest';
import { auprcDifference } from '../../src/metrics/auprc-difference.js';
import { rankRows } from '../../src/metrics/ranking.js';
import { figuresGolden, MONTE_CARLO } from '../helpers/golden.js';

const options = { resamples: 20_000, confidence: 0.95, seed: 1 };

const ranked = (scores: number[], truth: number[]) =>
  rankRows(
    scores,
    truth.map((label) => label === 1),
  );

describe.each(figuresGolden.auprc_difference)('the AUPRC difference, case %$', (golden) => {
  const { truth, cluster, value, interval, standard_error } = golden;
  const [a, b] = [ranked(golden.a, truth), ranked(golden.b, truth)];
  const found = auprcDifference(a, b, options, cluster);

  it("is scikit-learn's, with SciPy's BCa over the clusters", () => {
    expect(found.value).toBeCloseTo(value, 12);
    // 20,000 resamples a side in place of 100,000.
    const tolerance = Math.sqrt(5) * MONTE_CARLO * standard_error;
    expect(Math.abs((found.interval?.low ?? 9) - interval[0])).toBeLessThan(tolerance);
    expect(Math.abs((found.interval?.high ?? 9) - interval[1])).toBeLessThan(tolerance);
  });

  it('has a p at which the interval ends at 0', () => {
    const at = auprcDifference(a, b, { ...options, confidence: 1 - found.p }, cluster);
    const { low = 9, high = 9 } = at.interval ?? {};
    expect(Math.min(Math.abs(low), Math.abs(high))).toBeLessThan(0.1 * standard_error);
  });

  it('changes its sign where the models change places', () => {
    const turned = auprcDifference(b, a, { ...options, resamples: 500 }, cluster);
    expect(turned.value).toBeCloseTo(-value, 12);
  });
});

it('says nothing of a model beside itself, and of rows of which none is toxic', () => {
  const same = ranked([0.9, 0.2, 0.4], [1, 0, 1]);
  expect(auprcDifference(same, same, options)).toEqual({ value: 0, interval: null, p: 1 });
  const none = ranked([0.9, 0.2], [0, 0]);
  expect(auprcDifference(none, none, options)).toEqual({ value: NaN, interval: null, p: 1 });
});
