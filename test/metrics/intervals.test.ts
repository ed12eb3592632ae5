import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  acceleration,
  bca,
  f1Interval,
  meanInterval,
  quantile,
  wilson,
} from '../../src/metrics/intervals.js';
import { differences, golden } from '../helpers/golden.js';

const proportion = fc
  .tuple(fc.integer({ min: 1, max: 100_000 }), fc.double({ min: 0, max: 1, noNaN: true }))
  .map(([n, share]) => ({ n, k: Math.round(share * n) }));

describe('wilson', () => {
  it.each(golden.wilson)('equals statsmodels: $k of $n at $confidence', (each) => {
    const { k, n, confidence, interval } = each;
    const { low, high } = wilson(k, n, confidence) ?? { low: Number.NaN, high: Number.NaN };
    expect(low).toBeCloseTo(interval[0], 12);
    expect(high).toBeCloseTo(interval[1], 12);
  });

  it('is null for no rows', () => expect(wilson(0, 0, 0.95)).toBeNull());

  it('contains the point and stays within 0 and 1', () => {
    fc.assert(
      fc.property(proportion, ({ n, k }) => {
        const interval = wilson(k, n, 0.95);
        expect(interval?.low).toBeGreaterThanOrEqual(0);
        expect(interval?.low).toBeLessThanOrEqual(k / n);
        expect(interval?.high).toBeGreaterThanOrEqual(k / n);
        expect(interval?.high).toBeLessThanOrEqual(1);
      }),
    );
  });

  it('narrows with n and widens with the confidence', () => {
    const width = (k: number, n: number, confidence: number) => {
      const interval = wilson(k, n, confidence);
      return interval ? interval.high - interval.low : Number.NaN;
    };
    fc.assert(
      fc.property(proportion, ({ n, k }) => {
        expect(width(2 * k, 2 * n, 0.95)).toBeLessThan(width(k, n, 0.95));
        expect(width(k, n, 0.99)).toBeGreaterThan(width(k, n, 0.95));
      }),
    );
  });
});

describe('bca', () => {
  const spread = () => Float64Array.from({ length: 1000 }, (_, i) => i / 999);

  it('is the percentile interval where there is neither bias nor acceleration', () => {
    const interval = bca(0.5, spread(), 0, 0.95);
    expect(interval?.low).toBeCloseTo(0.025, 12);
    expect(interval?.high).toBeCloseTo(0.975, 12);
  });
  it('moves towards the long tail with the acceleration', () => {
    const interval = bca(0.5, spread(), 0.1, 0.95);
    expect(interval?.low).toBeGreaterThan(0.025);
    expect(interval?.high).toBeGreaterThan(0.975);
  });
  it('contains a point far from the middle of the resamples', () => {
    fc.assert(
      fc.property(fc.double({ min: 0.001, max: 0.999, noNaN: true }), (point) => {
        const interval = bca(point, spread(), 0, 0.9);
        expect(interval?.low).toBeLessThanOrEqual(point);
        expect(interval?.high).toBeGreaterThanOrEqual(point);
      }),
    );
  });
  it('leaves out resamples in which the figure is not defined', () => {
    const withNaN = Float64Array.of(...spread(), ...new Array<number>(200).fill(Number.NaN));
    expect(bca(0.5, withNaN, 0, 0.95)).toEqual(bca(0.5, spread(), 0, 0.95));
  });
  it.each([
    ['all resamples are equal', 1, new Float64Array(10).fill(1)],
    ['the point is not defined', Number.NaN, spread()],
    ['no resample is defined', 0.5, new Float64Array(10).fill(Number.NaN)],
    ['the point lies outside of all resamples', -1, spread()],
  ])('is null where %s', (_, point, resampled) => {
    expect(bca(point, resampled, 0, 0.95)).toBeNull();
  });
});

describe('quantile', () => {
  it("interpolates as NumPy's default does", () => {
    expect(quantile([10, 20, 40], 0)).toBe(10);
    expect(quantile([10, 20, 40], 0.25)).toBe(15);
    expect(quantile([10, 20, 40], 0.75)).toBe(30);
    expect(quantile([10, 20, 40], 1)).toBe(40);
  });
});

describe('f1Interval', () => {
  it.each(differences.f1_intervals)("maps statsmodels' Wilson of $tp, $fp, $fn", (golden) => {
    const { tp, fp, fn, interval } = golden;
    const found = f1Interval(tp, fp, fn, 0.95);
    expect(found?.low).toBeCloseTo(interval[0], 12);
    expect(found?.high).toBeCloseTo(interval[1], 12);
  });

  it('is none where there is nothing to find and nothing was called', () => {
    expect(f1Interval(0, 0, 0, 0.95)).toBeNull();
  });
});

describe('meanInterval', () => {
  it('reaches as far as both ends together, by Pythagoras', () => {
    const a = { value: 0.8, interval: { low: 0.5, high: 0.9 } };
    const b = { value: 0.9, interval: { low: 0.5, high: 0.95 } };
    expect(meanInterval(a, b).low).toBeCloseTo(0.85 - 0.25, 12);
    expect(meanInterval(a, b).high).toBeCloseTo(0.85 + Math.hypot(0.1, 0.05) / 2, 12);
  });
});

describe('acceleration', () => {
  it('of figures that only rounding tells apart is 0', () => {
    const value = 0.1 + 0.2;
    expect(
      acceleration([
        { value, rows: 3 },
        { value: 0.3, rows: 1 },
      ]),
    ).toBe(0);
  });
});
