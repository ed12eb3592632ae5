import { describe, expect, it } from 'vitest';
import { atPrevalence } from '../../src/metrics/prevalence.js';
import { differences } from '../helpers/golden.js';

const options = { draws: 20_000, confidence: 0.95, seed: 1 };

describe.each(differences.at_prevalence)('at a prevalence of $prevalence', (golden) => {
  const found = atPrevalence(golden.counts, golden.prevalence, options);
  it.each([
    ['precision', golden.precision, found?.precision],
    ['f1', golden.f1, found?.f1],
    ['alarms', golden.alarms_per_1000, found?.alarmsPer1000],
  ])('%s has the quantiles of a million draws', (_, [low, high], estimated) => {
    const near = (high - low) * 0.04;
    expect(Math.abs((estimated?.interval.low ?? 0) - low)).toBeLessThan(near);
    expect(Math.abs((estimated?.interval.high ?? 0) - high)).toBeLessThan(near);
  });
});

describe('atPrevalence', () => {
  it('is what the rows themselves say at their own prevalence', () => {
    const found = atPrevalence({ tp: 6, fp: 2, fn: 4, tn: 88 }, 0.1, options);
    expect(found?.precision.value).toBeCloseTo(6 / 8, 12);
    expect(found?.f1.value).toBeCloseTo(12 / 18, 12);
    expect(found?.alarmsPer1000.value).toBeCloseTo(80, 10);
  });

  it('says nothing without rows of both kinds', () => {
    expect(atPrevalence({ tp: 0, fp: 2, fn: 0, tn: 8 }, 0.1, options)).toBeUndefined();
    expect(atPrevalence({ tp: 3, fp: 0, fn: 1, tn: 0 }, 0.1, options)).toBeUndefined();
  });
});
