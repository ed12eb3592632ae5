import { describe, expect, it } from 'vitest';
import { figuresOf } from '../../src/analysis/figures.js';
import { scoreFigures } from '../../src/analysis/score-figures.js';
import { singly } from '../../src/metrics/clusters.js';
import { labelsOf } from '../../src/rows/labels.js';
import { labels, verdicts } from '../helpers/analysis.js';

const options = { resamples: 500, confidence: 0.95, seed: 1 };

describe('figuresOf', () => {
  it('gives each figure its value, its rows and the kind of its interval', () => {
    const figures = figuresOf(singly([6, 2, 3, 9]), options);
    expect(figures.positive.precision).toMatchObject({ value: 6 / 8, n: 8, interval: 'wilson' });
    expect(figures.positive.recall).toMatchObject({ value: 6 / 9, n: 9, interval: 'wilson' });
    expect(figures.positive.f1).toMatchObject({ value: 12 / 17, n: 20, interval: 'wilson' });
    expect(figures.positive.support).toBe(9);
    expect(figures.negative.precision).toMatchObject({ value: 9 / 12, n: 12 });
    expect(figures.negative.support).toBe(11);
    expect(figures.accuracy).toMatchObject({ value: 15 / 20, n: 20, interval: 'wilson' });
    expect(figures.macro.f1.value).toBeCloseTo((12 / 17 + 18 / 23) / 2, 14);
    expect(figures.weighted.recall).toEqual(figures.accuracy);
    expect(figures.balanced_accuracy.value).toBeCloseTo((6 / 9 + 9 / 11) / 2, 14);
    expect(figures.balanced_accuracy).toMatchObject({ n: 20, interval: 'mover' });
    expect(figures.macro.recall).toEqual(figures.balanced_accuracy);
    expect(figures.mcc).toMatchObject({ interval: 'bca' });
  });

  it('has intervals of shares, F1 and balanced accuracy that need no seed', () => {
    const seeds = [1, 2].map((seed) => figuresOf(singly([6, 2, 3, 9]), { ...options, seed }));
    const unseeded = seeds.map(({ positive, negative, balanced_accuracy }) => ({
      positive,
      negative,
      balanced_accuracy,
    }));
    expect(unseeded[0]).toEqual(unseeded[1]);
  });

  it('takes texts that repeat for what they are', () => {
    const repeated = [
      { cells: [3, 0, 0, 0], clusters: 20 },
      { cells: [0, 0, 3, 0], clusters: 10 },
      { cells: [0, 1, 0, 0], clusters: 15 },
      { cells: [0, 0, 0, 1], clusters: 400 },
    ];
    const [once, thrice] = [singly([20, 15, 10, 400]), repeated].map((table) =>
      figuresOf(table, options),
    );
    // As many texts are found: thirty rows more a text change nothing but the count.
    expect(thrice?.positive.recall).toMatchObject({ value: 2 / 3, n: 90 });
    expect(
      Math.abs((thrice?.positive.recall.low ?? 9) - (once?.positive.recall.low ?? 0)),
    ).toBeLessThan(0.01);
    const alone = figuresOf(singly([60, 15, 30, 400]), options);
    const width = ({ low, high }: typeof alone.mcc) => (high ?? 0) - (low ?? 0);
    for (const of of [alone.positive.f1, alone.mcc, alone.balanced_accuracy])
      expect(width(of)).toBeGreaterThan(0);
    expect(width(thrice?.positive.f1 ?? alone.mcc)).toBeGreaterThan(1.3 * width(alone.positive.f1));
    expect(width(thrice?.mcc ?? alone.mcc)).toBeGreaterThan(1.3 * width(alone.mcc));
    expect(width(thrice?.balanced_accuracy ?? alone.mcc)).toBeGreaterThan(
      1.5 * width(alone.balanced_accuracy),
    );
  });

  it('does not take ten rows without a mistake for certainty', () => {
    const { positive, mcc } = figuresOf(singly([4, 0, 0, 6]), options);
    // Wilson's lower end for 4 of 4 is 0.5101; 2 x 0.5101 / 1.5101.
    expect(positive.f1).toMatchObject({ value: 1, high: 1, interval: 'wilson' });
    expect(positive.f1.low).toBeCloseTo(0.6756, 4);
    expect(mcc).toMatchObject({ value: 1, low: null, high: null, interval: null });
  });

  it('says null, not 0, where nothing was called toxic', () => {
    const { positive } = figuresOf(singly([0, 0, 5, 15]), options);
    expect(positive.precision).toEqual({
      value: null,
      low: null,
      high: null,
      n: 0,
      interval: null,
    });
    expect(positive.f1).toMatchObject({ value: 0, low: 0, interval: 'wilson' });
  });

  it('has nothing to say of no rows', () => {
    const { accuracy, positive } = figuresOf(singly([0, 0, 0, 0]), options);
    expect(accuracy.value).toBeNull();
    expect(positive.f1).toEqual({ value: null, low: null, high: null, n: 0, interval: null });
  });
});

describe('scoreFigures', () => {
  const truth = labelsOf(labels('10110?'));
  const scores = [0.9, 0.8, 0.7, 0.4, 0.2, 0.1];
  const clusterOf = Uint32Array.from(scores, (_, row) => row);
  const scored = (codes: string, of: readonly number[]) => ({
    verdicts: verdicts(codes, { scores: of }),
    truth,
    clusterOf,
    isProbability: true,
  });

  it('are of the answered rows with a truth', () => {
    const found = scoreFigures(scored('111100', scores), options);
    // Precision where positive rows are found: 1/1, 2/3, 3/4.
    expect(found?.figures.auprc).toMatchObject({ n: 5, interval: 'bca' });
    expect(found?.figures.auprc?.value).toBeCloseTo((1 + 2 / 3 + 3 / 4) / 3, 14);
    // Of six pairs, the negative row at 0.8 beats two positive ones.
    expect(found?.figures.auroc?.value).toBeCloseTo(4 / 6, 14);
    expect(found?.figures.brier?.value).toBeCloseTo((0.01 + 0.64 + 0.09 + 0.36 + 0.04) / 5, 14);
    expect(found?.figures.precision_at_recall?.map(({ figure }) => figure.value)).toEqual([
      0.75, 0.75, 0.75,
    ]);
    expect(found?.curves.precision_recall[0]).toEqual({
      threshold: 0.9,
      precision: 1,
      recall: 1 / 3,
    });
    expect(found?.curves.reliability).toHaveLength(5);
  });

  it('hold the scores to the truth, the calibration error without an interval', () => {
    const found = scoreFigures(scored('111100', scores), options)?.figures;
    expect(found?.ece).toMatchObject({ n: 5, low: null, high: null, interval: null });
    expect(found?.calibration?.slope).toMatchObject({ n: 5, interval: 'wald' });
    expect(found?.calibration?.slope.value).toBeGreaterThan(0);
  });

  it('say nothing of probabilities where scores are none', () => {
    const rows = { ...scored('111100', scores), isProbability: false };
    const found = scoreFigures(rows, options);
    expect(Object.keys(found?.figures ?? {})).toEqual([
      'auprc',
      'auroc',
      'precision_at_recall',
      'recall_at_precision',
    ]);
    expect(found?.curves.reliability).toEqual([]);
  });

  it('have no calibration where the classes are separated', () => {
    const found = scoreFigures(scored('1r1100', scores), options);
    expect(found?.figures.calibration?.slope).toEqual({
      value: null,
      low: null,
      high: null,
      n: 4,
      interval: null,
    });
  });

  it('leave unanswered rows out', () => {
    const found = scoreFigures(scored('1r1100', scores), options);
    expect(found?.figures.auroc).toMatchObject({ value: 1, n: 4 });
  });

  it('are none where one answered row has no score', () => {
    expect(scoreFigures(scored('111100', scores.slice(0, 4)), options)).toBeNull();
    expect(scoreFigures(scored('rrrrrr', []), options)).toBeNull();
  });

  it('but a row without a truth needs none', () => {
    expect(scoreFigures(scored('111100', scores.slice(0, 5)), options)).not.toBeNull();
  });
});
