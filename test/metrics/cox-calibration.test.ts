import { describe, expect, it } from 'vitest';
import { type CoxCalibration, coxCalibration } from '../../src/metrics/cox-calibration.js';
import { rankRows } from '../../src/metrics/ranking.js';
import { figuresGolden } from '../helpers/golden.js';

const ranked = (scores: number[], truth: number[]) =>
  rankRows(
    scores,
    truth.map((label) => label === 1),
  );

const flat = (found: CoxCalibration | undefined) =>
  [found?.slope, found?.intercept].map((each) => [
    each?.value,
    each?.interval.low,
    each?.interval.high,
  ]);

const close = (values: readonly (readonly number[])[]) =>
  values.map((row) => row.map((value) => expect.closeTo(value, 6)));

describe.each(figuresGolden.cox)('calibration, case %$', (golden) => {
  const rows = ranked(golden.scores, golden.truth);

  it("is statsmodels' logistic regression, scores of 0 and 1 among them", () => {
    expect(flat(coxCalibration(rows, 0.95))).toEqual(close([golden.slope, golden.intercept]));
  });

  it('has the variance of clusters where rows repeat', () => {
    const { slope, intercept } = golden.clustered;
    const found = coxCalibration(rows, 0.95, golden.cluster);
    expect(flat(found)).toEqual(close([slope, intercept]));
  });
});

describe('calibration', () => {
  it.each([
    ['the classes are separated', [0.9, 0.8, 0.2], [1, 1, 0]],
    ['they are but for a tie', [0.9, 0.5, 0.5, 0.2], [1, 1, 0, 0]],
    ['they are, the wrong way round', [0.9, 0.8, 0.2], [0, 0, 1]],
    ['all scores are one', [0.5, 0.5, 0.5], [1, 0, 1]],
    ['a class is missing', [0.9, 0.8, 0.2], [1, 1, 1]],
  ])('is not defined where %s', (_, scores, truth) => {
    expect(coxCalibration(ranked(scores, truth), 0.95)).toBeUndefined();
  });

  it('finds its line among scores of 0 and 1 alone', () => {
    const found = coxCalibration(ranked([1, 1, 1, 0, 0, 0], [1, 1, 0, 0, 0, 1]), 0.95);
    // Two thirds of either are right: log odds of log 2 a million to one away.
    expect(found?.slope.value).toBeCloseTo(Math.log(2) / Math.log(999_999), 8);
    expect(found?.intercept.value).toBeCloseTo(0, 8);
  });
});
