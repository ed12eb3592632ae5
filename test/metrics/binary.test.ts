import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  accuracy,
  balancedAccuracy,
  type Counts,
  f1,
  flipped,
  kappa,
  macro,
  mcc,
  precision,
  recall,
  weighted,
} from '../../src/metrics/binary.js';
import { golden } from '../helpers/golden.js';

/** Scikit-learn says 0 where a figure is 0/0; here it must be NaN. */
function expectSame(actual: number, expected: number | null) {
  if (Number.isNaN(actual)) expect(expected ?? 0).toBe(0);
  else expect(actual).toBeCloseTo(expected ?? Number.NaN, 12);
}

describe('figures of the two-by-two table equal scikit-learn', () => {
  it.each(golden.tables)(
    '$counts',
    ({ counts, toxic: positive, not_toxic: negative, ...expected }) => {
      for (const [name, figure] of Object.entries({ precision, recall, f1 })) {
        const key = name as 'precision' | 'recall' | 'f1';
        expectSame(figure(counts), positive[key]);
        expectSame(figure(flipped(counts)), negative[key]);
        const isDefined = !Number.isNaN(macro(figure)(counts));
        if (isDefined) expectSame(macro(figure)(counts), expected.macro[key]);
        if (!Number.isNaN(weighted(figure)(counts))) {
          expectSame(weighted(figure)(counts), expected.weighted[key]);
        }
      }
      expectSame(accuracy(counts), expected.accuracy);
      const hasBothClasses = counts.tp + counts.fn > 0 && counts.fp + counts.tn > 0;
      if (hasBothClasses) expectSame(balancedAccuracy(counts), expected.balanced_accuracy);
      expectSame(mcc(counts), expected.mcc);
      expectSame(kappa(counts), expected.kappa);
    },
  );
});

describe('what is not defined is NaN', () => {
  const none: Counts = { tp: 0, fp: 0, fn: 0, tn: 9 };
  it.each([
    ['precision where nothing was called toxic', precision(none)],
    ['recall where nothing is toxic', recall(none)],
    ['F1 where neither happens', f1(none)],
    ['macro F1 where one class has none', macro(f1)(none)],
    ['MCC with one label', mcc(none)],
    ['kappa with one label', kappa(none)],
    ['accuracy of no rows', accuracy({ tp: 0, fp: 0, fn: 0, tn: 0 })],
  ])('%s', (_, value) => expect(value).toBeNaN());

  it('but a class without rows does not spoil the weighted mean', () => {
    expect(weighted(recall)(none)).toBe(1);
  });
});

describe('large tables', () => {
  it('keep MCC within -1 and 1', () => {
    const count = fc.integer({ min: 1, max: 10_000_000 });
    fc.assert(
      fc.property(count, count, count, count, (tp, fp, fn, tn) => {
        expect(Math.abs(mcc({ tp, fp, fn, tn }))).toBeLessThanOrEqual(1);
      }),
    );
  });
});
