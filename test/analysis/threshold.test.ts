import { describe, expect, it } from 'vitest';
import { applyThreshold, tuneThreshold } from '../../src/analysis/threshold.js';
import { UserError } from '../../src/errors.js';
import { labelsOf } from '../../src/rows/labels.js';
import { labels, verdicts } from '../helpers/analysis.js';

describe('applyThreshold', () => {
  it('labels by the score, the threshold itself being toxic, and keeps what has no answer', () => {
    const relabelled = applyThreshold(verdicts('000r-', { scores: [0.2, 0.5, 0.7] }), 0.5);
    expect(relabelled).toEqual(verdicts('011r-', { scores: [0.2, 0.5, 0.7] }));
  });
  it('refuses answers without a score', () => {
    expect(() => applyThreshold(verdicts('00', { scores: [0.2] }), 0.5)).toThrow(UserError);
    expect(() => applyThreshold(verdicts('00', { scores: [0.2] }), 0.5)).toThrow(
      '1 of 2 answered rows',
    );
  });
});

describe('tuneThreshold', () => {
  it('finds the best toxic F1', () => {
    const truth = labelsOf(labels('10110'));
    expect(tuneThreshold([0.9, 0.8, 0.7, 0.4, 0.2], truth)).toEqual({
      threshold: 0.4,
      precision: 0.75,
      recall: 1,
    });
  });
  it('has nothing to tune where no row is toxic', () => {
    expect(tuneThreshold([0.9], labelsOf(labels('0')))).toBeUndefined();
  });
});
