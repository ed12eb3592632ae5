import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { f1 } from '../../src/metrics/binary.js';
import {
  bestThreshold,
  countCalls,
  crossValidatedFigures,
} from '../../src/student/cross-validation.js';
import { golden, MONTE_CARLO } from '../helpers/golden.js';

const rows = fc.array(fc.tuple(fc.integer({ min: 0, max: 20 }), fc.boolean()), {
  minLength: 1,
  maxLength: 40,
});

describe('bestThreshold', () => {
  it('has an F1 that no other threshold beats', () => {
    fc.assert(
      fc.property(rows, (drawn) => {
        const scores = drawn.map(([score]) => score / 20);
        const positive = drawn.map(([, isPositive]) => isPositive);
        fc.pre(positive.includes(true));
        const f1At = (threshold: number) =>
          f1(
            countCalls(
              scores.map((score) => score >= threshold),
              positive,
            ),
          );
        const best = f1At(bestThreshold(scores, positive));
        for (const score of scores) expect(f1At(score)).toBeLessThanOrEqual(best);
      }),
    );
  });

  it('lies halfway between the rows that it divides', () => {
    expect(bestThreshold([0.9, 0.3], [true, false])).toBeCloseTo(0.6, 12);
    expect(bestThreshold([0.4], [true])).toBeCloseTo(0.2, 12);
  });

  it('does not exist where no row is toxic', () => {
    expect(() => bestThreshold([0.9, 0.3], [false, false])).toThrow(RangeError);
  });
});

const logitOf = (score: number) => Math.log(score / (1 - score));

describe('crossValidatedFigures', () => {
  it.each(golden.ranking)('ranks as scikit-learn does, case %$', ({ scores, truth, auprc }) => {
    const examples = truth.map((each) => ({ input: '', positive: each === 1, target: each }));
    // Scores of 0 and 1 have no log odds; the order is what counts.
    const logits = scores.map((score) => logitOf(0.001 + 0.998 * score));
    const foldOf = dealByClass(truth);
    const figures = crossValidatedFigures(logits, examples, foldOf);
    expect(figures.auprc).toBeCloseTo(auprc, 12);
  });

  it('are all numbers, whatever the log odds, where each fold has rows of both classes', () => {
    const logit = fc.double({ min: -800, max: 800, noNaN: true });
    fc.assert(
      fc.property(fc.array(logit, { minLength: 10, maxLength: 40 }), (logits) => {
        const truth = logits.map((_, place) => place % 2);
        const examples = truth.map((target) => ({ input: '', positive: target === 1, target }));
        const { f1_interval, auprc_interval, ...figures } = crossValidatedFigures(
          logits,
          examples,
          dealByClass(truth),
        );
        for (const [name, value] of Object.entries(figures)) {
          expect([name, value >= 0 && value <= 1]).toEqual([name, true]);
        }
        expect(f1_interval?.low).toBeLessThanOrEqual(figures.f1);
        expect(f1_interval?.high).toBeGreaterThanOrEqual(figures.f1);
        if (auprc_interval) expect(auprc_interval.low).toBeLessThanOrEqual(figures.auprc);
        if (auprc_interval) expect(auprc_interval.high).toBeGreaterThanOrEqual(figures.auprc);
      }),
      { numRuns: 30 },
    );
  });

  it("has the interval of SciPy's BCa beside the AUPRC", () => {
    const { truth, scores, interval, standard_error } = golden.bca_of_scores;
    const examples = truth.map((each) => ({ input: '', positive: each === 1, target: each }));
    const logits = scores.map((score) => logitOf(0.001 + 0.998 * score));
    const { auprc_interval } = crossValidatedFigures(logits, examples, dealByClass(truth));
    // A thousand resamples in place of 100,000: ten times the noise of chance.
    const tolerance = 10 * MONTE_CARLO * standard_error;
    expect(Math.abs((auprc_interval?.low ?? 9) - interval[0])).toBeLessThan(tolerance);
    expect(Math.abs((auprc_interval?.high ?? 9) - interval[1])).toBeLessThan(tolerance);
  });
});

/** Five folds with rows of both classes in each. */
function dealByClass(truth: readonly number[]): number[] {
  const dealt = [0, 0];
  return truth.map((target) => {
    const fold = (dealt[target] ?? 0) % 5;
    dealt[target] = (dealt[target] ?? 0) + 1;
    return fold;
  });
}
