import { expect, it } from 'vitest';
import { auprcInterval } from '../../src/metrics/auprc-interval.js';
import { cascadeGolden } from '../helpers/golden.js';

it.each(cascadeGolden.auprc_intervals)("is SciPy's: $auprc of $positive", (golden) => {
  const { auprc, positive, low, high } = golden;
  const ours = auprcInterval(auprc, positive, 0.95);
  expect(ours?.low).toBeCloseTo(low, 9);
  expect(ours?.high).toBeCloseTo(high, 9);
});

it('is none where the log odds are not finite, or nothing varies', () => {
  expect(auprcInterval(1, 20, 0.95)).toBeUndefined();
  expect(auprcInterval(0, 20, 0.95)).toBeUndefined();
  expect(auprcInterval(0.5, 1, 0.95)).toBeUndefined();
});
