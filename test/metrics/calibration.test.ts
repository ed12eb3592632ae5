import { describe, expect, it } from 'vitest';
import { brier, expectedCalibrationError, reliabilityBins } from '../../src/metrics/calibration.js';
import { onceEach, rankRows } from '../../src/metrics/ranking.js';
import { golden } from '../helpers/golden.js';

describe('calibration', () => {
  it.each(golden.ranking)('equals scikit-learn and NumPy, case %$', (expected) => {
    const rows = rankRows(
      expected.scores,
      expected.truth.map((each) => each === 1),
    );
    expect(brier(rows, onceEach(rows))).toBeCloseTo(expected.brier, 12);
    expect(expectedCalibrationError(rows, onceEach(rows))).toBeCloseTo(expected.ece, 12);
  });

  it('has a bin for each tenth with rows in it, 0 and 1 in the outermost', () => {
    const bins = reliabilityBins(
      rankRows([0, 0.05, 0.1, 0.95, 1], [false, true, true, true, true]),
    );
    expect(bins).toEqual([
      { meanScore: 0.025, positiveRate: 0.5, n: 2 },
      { meanScore: 0.1, positiveRate: 1, n: 1 },
      { meanScore: 0.975, positiveRate: 1, n: 2 },
    ]);
  });
});
