import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bootstrapScores, resampleClusters, weigher } from '../../src/metrics/bootstrap-scores.js';
import { brier } from '../../src/metrics/calibration.js';
import { acceleration } from '../../src/metrics/intervals.js';
import { auroc, averagePrecision, rankRows } from '../../src/metrics/ranking.js';
import { drawBelow, seededRandom } from '../../src/metrics/sampling.js';
import { golden, MONTE_CARLO } from '../helpers/golden.js';

const quick = { resamples: 1_000, confidence: 0.95, seed: 1 };

/** 200 rows whose scores are right: positive as often as they say; each as often as asked. */
function calibrated(times: number) {
  const random = seededRandom(5);
  const scores = Array.from({ length: 200 }, () => drawBelow(random, 1000) / 1000);
  const positive = scores.map((score) => drawBelow(random, 1000) / 1000 < score);
  const repeat = <T>(values: T[]) => Array.from({ length: times }, () => values).flat();
  return rankRows(repeat(scores), repeat(positive));
}

describe('bootstrapScores', () => {
  it("equals SciPy's BCa of the average precision", () => {
    const { truth, scores, value, interval, standard_error } = golden.bca_of_scores;
    const rows = rankRows(
      scores,
      truth.map((each) => each === 1),
    );
    const options = { resamples: 100_000, confidence: 0.95, seed: 1 };
    const [estimate] = bootstrapScores(rows, [averagePrecision], options);
    expect(estimate?.value).toBeCloseTo(value, 12);
    const tolerance = MONTE_CARLO * standard_error;
    expect(Math.abs((estimate?.interval?.low ?? 9) - interval[0])).toBeLessThan(tolerance);
    expect(Math.abs((estimate?.interval?.high ?? 9) - interval[1])).toBeLessThan(tolerance);
  });

  it('contains the point, and the order of the rows counts for nothing', () => {
    const row = fc.record({ score: fc.integer({ min: 0, max: 20 }), positive: fc.boolean() });
    const estimates = (rows: { score: number; positive: boolean }[]) =>
      bootstrapScores(
        rankRows(
          rows.map(({ score }) => score / 20),
          rows.map(({ positive }) => positive),
        ),
        [averagePrecision, auroc, brier],
        quick,
      );
    fc.assert(
      fc.property(fc.array(row, { minLength: 2, maxLength: 30 }), (rows) => {
        const found = estimates(rows);
        expect(estimates(rows.toReversed())).toEqual(found);
        for (const { value, interval } of found) {
          if (interval) expect(interval.low).toBeLessThanOrEqual(value);
          if (interval) expect(interval.high).toBeGreaterThanOrEqual(value);
        }
      }),
      { numRuns: 30 },
    );
  });

  it('narrows with the root of n, with groups left out as with single rows', () => {
    const widths = [1, 9, 36].map((times) => {
      const [estimate] = bootstrapScores(calibrated(times), [auroc], quick);
      return estimate?.interval ? estimate.interval.high - estimate.interval.low : Number.NaN;
    });
    const [few = 0, more = 0, most = 0] = widths;
    expect(Math.abs(few / more - 3)).toBeLessThan(0.3);
    expect(Math.abs(more / most - 2)).toBeLessThan(0.2);
  });

  it('finds the same acceleration from groups as from single rows', () => {
    const [single, grouped] = [10, 11].map((times) => {
      const rows = calibrated(times);
      const weigh = weigher(rows, rows.row);
      const [resampling] = resampleClusters(
        rows.row.length,
        (drawn) => [averagePrecision(rows, weigh(drawn))],
        { resamples: 1, seed: 1 },
      );
      const { leftOut = [] } = resampling ?? {};
      return { values: leftOut.length, acceleration: acceleration(leftOut) };
    });
    expect([single?.values, grouped?.values]).toEqual([2_000, 400]);
    expect(Math.abs((single?.acceleration ?? 9) - (grouped?.acceleration ?? 0))).toBeLessThan(
      0.006,
    );
  });
});
