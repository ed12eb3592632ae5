import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { f1 } from '../../src/metrics/binary.js';
import {
  type BootstrapOptions,
  bcaOfClusters,
  type CellStatistic,
  leaveOneClusterOut,
} from '../../src/metrics/bootstrap.js';
import { singly } from '../../src/metrics/clusters.js';
import { acceleration } from '../../src/metrics/intervals.js';
import { golden, MONTE_CARLO } from '../helpers/golden.js';

const f1OfCells: CellStatistic = ([tp = 0, fp = 0, fn = 0, tn = 0]) => f1({ tp, fp, fn, tn });
const options = { resamples: 100_000, confidence: 0.95, seed: 1 };
const quick = { resamples: 500, confidence: 0.95, seed: 1 };

/** Of rows that all stand alone. */
const bcaOfCounts = (
  cells: readonly number[],
  statistics: readonly CellStatistic[],
  options: BootstrapOptions,
) => bcaOfClusters(singly(cells), cells.length, statistics, options);

describe('bcaOfClusters', () => {
  it.each(golden.bca_of_counts)('equals SciPy on $counts', (expected) => {
    expect(
      acceleration(leaveOneClusterOut(singly(expected.counts), expected.counts, f1OfCells)),
    ).toBeCloseTo(expected.acceleration, 12);
    const [estimate] = bcaOfCounts(expected.counts, [f1OfCells], options);
    expect(estimate?.value).toBeCloseTo(expected.value, 14);
    const tolerance = MONTE_CARLO * expected.standard_error;
    expect(Math.abs((estimate?.interval?.low ?? 9) - expected.interval[0])).toBeLessThan(tolerance);
    expect(Math.abs((estimate?.interval?.high ?? 9) - expected.interval[1])).toBeLessThan(
      tolerance,
    );
  });

  it('contains the point', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(50), { minLength: 4, maxLength: 4 }), fc.nat(), (cells, seed) => {
        const [estimate] = bcaOfCounts(cells, [f1OfCells], { ...quick, seed });
        if (!estimate?.interval) return;
        expect(estimate.interval.low).toBeLessThanOrEqual(estimate.value);
        expect(estimate.interval.high).toBeGreaterThanOrEqual(estimate.value);
      }),
    );
  });

  it('narrows with n', () => {
    const width = (cells: number[]) => {
      const [estimate] = bcaOfCounts(cells, [f1OfCells], quick);
      return estimate?.interval ? estimate.interval.high - estimate.interval.low : Number.NaN;
    };
    const cell = fc.integer({ min: 3, max: 500 });
    fc.assert(
      fc.property(fc.tuple(cell, cell, cell, cell), (cells) => {
        expect(width(cells.map((count) => 4 * count))).toBeLessThan(width([...cells]));
      }),
    );
  });

  it('gives a figure the same interval whatever is computed beside it', () => {
    const cells = [14, 5, 6, 75];
    const [alone] = bcaOfCounts(cells, [f1OfCells], quick);
    const [, beside] = bcaOfCounts(cells, [() => 1, f1OfCells], quick);
    expect(beside).toEqual(alone);
  });

  it('has no interval where there is no mistake to resample', () => {
    const [estimate] = bcaOfCounts([10, 0, 0, 90], [f1OfCells], quick);
    expect(estimate).toEqual({ value: 1, interval: null });
  });

  it('has no value and no interval for no rows', () => {
    const [estimate] = bcaOfCounts([0, 0, 0, 0], [f1OfCells], quick);
    expect(estimate).toEqual({ value: Number.NaN, interval: null });
  });
});
