import { describe, expect, it } from 'vitest';
import { figuresOf } from '../../src/analysis/figures.js';
import { labelsOf } from '../../src/analysis/outcomes.js';
import { scoreFigures } from '../../src/analysis/score-figures.js';
import { labels, verdicts } from '../helpers/analysis.js';

const options = { resamples: 500, confidence: 0.95, seed: 1 };

describe('figuresOf', () => {
  it('gives each figure its value, its rows and the kind of its interval', () => {
    const figures = figuresOf({ tp: 6, fp: 2, fn: 3, tn: 9 }, options);
    expect(figures.toxic.precision).toMatchObject({ value: 6 / 8, n: 8, interval: 'wilson' });
    expect(figures.toxic.recall).toMatchObject({ value: 6 / 9, n: 9, interval: 'wilson' });
    expect(figures.toxic.f1).toMatchObject({ value: 12 / 17, n: 20, interval: 'bca' });
    expect(figures.toxic.support).toBe(9);
    expect(figures.not_toxic.precision).toMatchObject({ value: 9 / 12, n: 12 });
    expect(figures.not_toxic.support).toBe(11);
    expect(figures.accuracy).toMatchObject({ value: 15 / 20, n: 20, interval: 'wilson' });
    expect(figures.macro.f1.value).toBeCloseTo((12 / 17 + 18 / 23) / 2, 14);
    expect(figures.weighted.recall).toEqual(figures.accuracy);
    expect(figures.balanced_accuracy.value).toBeCloseTo((6 / 9 + 9 / 11) / 2, 14);
    expect(figures.mcc).toMatchObject({ interval: 'bca' });
  });

  it('does not take ten rows without a mistake for certainty', () => {
    const { toxic, mcc } = figuresOf({ tp: 4, fp: 0, fn: 0, tn: 6 }, options);
    // Wilson's lower end for 4 of 4 is 0.5101; 2 x 0.5101 / 1.5101.
    expect(toxic.f1).toMatchObject({ value: 1, high: 1, interval: 'wilson' });
    expect(toxic.f1.low).toBeCloseTo(0.6756, 4);
    expect(mcc).toMatchObject({ value: 1, low: null, high: null, interval: null });
  });

  it('says null, not 0, where nothing was called toxic', () => {
    const { toxic } = figuresOf({ tp: 0, fp: 0, fn: 5, tn: 15 }, options);
    expect(toxic.precision).toEqual({ value: null, low: null, high: null, n: 0, interval: null });
    expect(toxic.f1).toMatchObject({ value: 0, low: 0, interval: 'wilson' });
  });

  it('has nothing to say of no rows', () => {
    const { accuracy, toxic } = figuresOf({ tp: 0, fp: 0, fn: 0, tn: 0 }, options);
    expect(accuracy.value).toBeNull();
    expect(toxic.f1).toEqual({ value: null, low: null, high: null, n: 0, interval: null });
  });
});

describe('scoreFigures', () => {
  const truth = labelsOf(labels('10110?'));
  const scores = [0.9, 0.8, 0.7, 0.4, 0.2, 0.1];

  it('are of the answered rows with a truth', () => {
    const scored = scoreFigures(verdicts('111100', { scores }), truth, options);
    // Precision where toxic rows are found: 1/1, 2/3, 3/4.
    expect(scored?.figures.auprc).toMatchObject({ n: 5, interval: 'bca' });
    expect(scored?.figures.auprc?.value).toBeCloseTo((1 + 2 / 3 + 3 / 4) / 3, 14);
    // Of six pairs, the not toxic row at 0.8 beats two toxic ones.
    expect(scored?.figures.auroc?.value).toBeCloseTo(4 / 6, 14);
    expect(scored?.figures.brier?.value).toBeCloseTo((0.01 + 0.64 + 0.09 + 0.36 + 0.04) / 5, 14);
    expect(scored?.figures.precision_at_recall?.map(({ figure }) => figure.value)).toEqual([
      0.75, 0.75, 0.75,
    ]);
    expect(scored?.curves.precision_recall[0]).toEqual({
      threshold: 0.9,
      precision: 1,
      recall: 1 / 3,
    });
    expect(scored?.curves.reliability).toHaveLength(5);
  });

  it('leave unanswered rows out', () => {
    const scored = scoreFigures(verdicts('1r1100', { scores }), truth, options);
    expect(scored?.figures.auroc).toMatchObject({ value: 1, n: 4 });
  });

  it('are none where one answered row has no score', () => {
    expect(
      scoreFigures(verdicts('111100', { scores: scores.slice(0, 4) }), truth, options),
    ).toBeNull();
    expect(scoreFigures(verdicts('rrrrrr'), truth, options)).toBeNull();
  });

  it('but a row without a truth needs none', () => {
    expect(
      scoreFigures(verdicts('111100', { scores: scores.slice(0, 5) }), truth, options),
    ).not.toBeNull();
  });
});
