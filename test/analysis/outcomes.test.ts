import { describe, expect, it } from 'vitest';
import {
  confusionOf,
  countTable,
  tallyUnanswered,
  underPolicy,
} from '../../src/analysis/outcomes.js';
import { encodeTruth, encodeVerdicts, ROW_CODES } from '../../src/analysis/row-codes.js';
import { labelsOf } from '../../src/rows/labels.js';
import { labels, verdicts } from '../helpers/analysis.js';

const truth = labelsOf(labels('1100?10'));
const said = verdicts('10r1x-u');

describe('underPolicy', () => {
  it.each([
    // Answered: one hit, one miss, one false alarm. Unanswered with a truth: two negative rows.
    ['exclude', { tp: 1, fn: 1, fp: 1, tn: 0 }],
    ['wrong', { tp: 1, fn: 1, fp: 3, tn: 0 }],
    ['positive', { tp: 1, fn: 1, fp: 3, tn: 0 }],
    ['negative', { tp: 1, fn: 1, fp: 1, tn: 2 }],
  ] as const)('%s', (policy, counts) => {
    expect(countTable(truth, underPolicy(said, truth, policy))).toEqual(counts);
  });

  it('takes an unanswered toxic row for missed where it counts as wrong', () => {
    const positive = labelsOf(labels('1'));
    expect(countTable(positive, underPolicy(verdicts('r'), positive, 'wrong'))).toEqual({
      tp: 0,
      fn: 1,
      fp: 0,
      tn: 0,
    });
  });
});

describe('confusionOf', () => {
  it('keeps the unanswered rows in a column of their own, without those not asked', () => {
    expect(confusionOf(said, truth)).toEqual({
      positive: { positive: 1, negative: 1, unanswered: 0 },
      negative: { positive: 1, negative: 0, unanswered: 2 },
    });
  });
});

describe('tallyUnanswered', () => {
  it('counts by outcome, rows without a truth among them', () => {
    expect(tallyUnanswered(said)).toEqual({ refused: 1, failed: 1, unparseable: 1 });
  });
});

describe('row codes', () => {
  it('are one character each, none twice, and read back', () => {
    const codes = Object.values(ROW_CODES);
    expect(new Set(codes).size).toBe(codes.length);
    expect(codes.join('')).toBe('10rftux-?');
    expect(encodeVerdicts(verdicts('10rftux-'))).toBe('10rftux-');
    expect(encodeTruth(labelsOf(labels('10?')))).toBe('10?');
  });
});
