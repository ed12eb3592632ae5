import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { holm, mcnemarExact, pairedCell, pairedF1Difference } from '../../src/metrics/paired.js';
import { golden, MONTE_CARLO } from '../helpers/golden.js';

const options = { resamples: 100_000, confidence: 0.95, seed: 1 };
const quick = { resamples: 300, confidence: 0.95, seed: 1 };

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

describe('pairedF1Difference', () => {
  it.each(golden.bca_of_pairs)('equals SciPy on $cells', (expected) => {
    const { value, interval } = pairedF1Difference(expected.cells, options);
    expect(value).toBeCloseTo(expected.value, 14);
    const tolerance = MONTE_CARLO * expected.standard_error;
    expect(Math.abs((interval?.low ?? 9) - expected.interval[0])).toBeLessThan(tolerance);
    expect(Math.abs((interval?.high ?? 9) - expected.interval[1])).toBeLessThan(tolerance);
  });

  it('changes its sign and keeps its p where the models change places', () => {
    const cells = [70, 3, 4, 2, 5, 3, 6, 7];
    const swapped = [70, 4, 3, 2, 5, 6, 3, 7];
    const there = pairedF1Difference(cells, options);
    const back = pairedF1Difference(swapped, options);
    expect(back.value).toBeCloseTo(-there.value, 14);
    expect(Math.abs(back.p - there.p)).toBeLessThan(0.02);
  });

  it('cannot tell a model from itself', () => {
    expect(pairedF1Difference([80, 0, 0, 5, 6, 0, 0, 9], quick)).toEqual({
      value: 0,
      interval: null,
      p: 1,
    });
  });

  it('tells a good model from a bad one, with a p that is never 0', () => {
    const cells = new Array<number>(8).fill(0);
    cells[pairedCell(false, false, false)] = 100;
    cells[pairedCell(true, true, false)] = 90;
    cells[pairedCell(true, true, true)] = 10;
    const { value, interval, p } = pairedF1Difference(cells, quick);
    expect(value).toBeCloseTo(1 - 20 / 110, 14);
    expect(interval?.low).toBeGreaterThan(0.5);
    expect(p).toBeCloseTo(2 / 301, 14);
  });

  it('contains the point', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(40), { minLength: 8, maxLength: 8 }), (cells) => {
        const { value, interval, p } = pairedF1Difference(cells, quick);
        expect(p).toBeLessThanOrEqual(1);
        if (interval) expect(interval.low).toBeLessThanOrEqual(value);
        if (interval) expect(interval.high).toBeGreaterThanOrEqual(value);
      }),
    );
  });
});
