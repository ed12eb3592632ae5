import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { logGamma } from '../../src/metrics/distributions.js';
import {
  drawBelow,
  drawBinomial,
  drawMultinomial,
  seededRandom,
} from '../../src/metrics/sampling.js';

const DRAWS = 100_000;

function momentsOf(draw: () => number) {
  const values = Array.from({ length: DRAWS }, draw);
  const mean = values.reduce((sum, value) => sum + value, 0) / DRAWS;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / DRAWS;
  return { mean, variance };
}

describe('drawBinomial', () => {
  it.each([
    [20, 0.3],
    [100, 0.07],
    [100, 0.93],
    [5_000, 0.5],
    [1_000_000, 0.07],
    [1_000_000, 0.000_002],
  ])('has the mean and the variance of n = %s, p = %s', (n, p) => {
    const random = seededRandom(1);
    const { mean, variance } = momentsOf(() => drawBinomial(random, n, p));
    const expected = n * p * (1 - p);
    expect(Math.abs(mean - n * p)).toBeLessThan(4 * Math.sqrt(expected / DRAWS));
    expect(variance / expected).toBeGreaterThan(0.97);
    expect(variance / expected).toBeLessThan(1.03);
  });

  it.each([
    [12, 0.4],
    [12, 0.95],
    [60, 0.35],
  ])('draws each count as often as its probability says: n = %s, p = %s', (n, p) => {
    const random = seededRandom(2);
    const counts = new Array<number>(n + 1).fill(0);
    for (let i = 0; i < DRAWS; i++) {
      const k = drawBinomial(random, n, p);
      counts[k] = (counts[k] ?? 0) + 1;
    }
    counts.forEach((count, k) => {
      const choose = logGamma(n + 1) - logGamma(k + 1) - logGamma(n - k + 1);
      const expected = DRAWS * Math.exp(choose + k * Math.log(p) + (n - k) * Math.log(1 - p));
      expect(Math.abs(count - expected)).toBeLessThan(4 * Math.sqrt(expected) + 3);
    });
  });
});

describe('drawMultinomial', () => {
  it('throws exactly the total, and none into an empty cell', () => {
    fc.assert(
      fc.property(
        fc.array(fc.nat(1000), { minLength: 1, maxLength: 8 }),
        fc.nat(),
        (cells, seed) => {
          const total = cells.reduce((sum, count) => sum + count, 0);
          const drawn = cells.map(() => 0);
          drawMultinomial(seededRandom(seed), total, cells, drawn);
          expect(drawn.reduce((sum, count) => sum + count, 0)).toBe(total);
          cells.forEach((count, i) => {
            if (count === 0) expect(drawn[i]).toBe(0);
          });
        },
      ),
    );
  });
});

describe('seededRandom', () => {
  it('repeats itself, and neighbouring seeds share nothing', () => {
    const draw = (seed: number) => {
      const random = seededRandom(seed);
      return Array.from({ length: 50 }, () => drawBelow(random, 1000));
    };
    expect(draw(7)).toEqual(draw(7));
    const other = draw(8);
    expect(draw(7).filter((value, i) => value === other[i]).length).toBeLessThan(3);
  });
});
