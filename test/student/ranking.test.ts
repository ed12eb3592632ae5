import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  averagePrecision,
  bestThreshold,
  brierScore,
  calibrationError,
  scoreLabels,
} from '../../src/student/ranking.js';

const scored = fc
  .array(fc.tuple(fc.integer({ min: 0, max: 20 }), fc.boolean()), { minLength: 1, maxLength: 40 })
  .map((rows) => ({
    scores: rows.map(([score]) => score / 20),
    toxic: rows.map(([, toxic]) => toxic),
  }));

const f1At = (threshold: number, { scores, toxic }: { scores: number[]; toxic: boolean[] }) =>
  scoreLabels(
    scores.map((score) => score >= threshold),
    toxic,
  ).f1;

describe('averagePrecision', () => {
  it("gives the example of scikit-learn's documentation", () => {
    const example = { scores: [0.1, 0.4, 0.35, 0.8], toxic: [false, false, true, true] };
    expect(averagePrecision(example)).toBeCloseTo(0.8333333333333333, 15);
  });

  it('takes equal scores together: one score for all is the base rate, in any order', () => {
    fc.assert(
      fc.property(fc.array(fc.boolean(), { minLength: 1 }), (toxic) => {
        const area = averagePrecision({ scores: toxic.map(() => 0.5), toxic });
        expect(area).toBeCloseTo(toxic.filter(Boolean).length / toxic.length, 12);
      }),
    );
  });
});

describe('bestThreshold', () => {
  it('has an F1 that no other threshold beats', () => {
    fc.assert(
      fc.property(scored, (rows) => {
        const best = f1At(bestThreshold(rows), rows);
        for (const score of rows.scores)
          expect(f1At(score, rows)).toBeLessThanOrEqual(best + 1e-12);
      }),
    );
  });

  it('lies halfway between the rows that it divides', () => {
    expect(bestThreshold({ scores: [0.9, 0.3], toxic: [true, false] })).toBeCloseTo(0.6, 12);
  });
});

it('measures how far scores are from the truth, row by row and bin by bin', () => {
  const rows = { scores: [0.9, 0.95, 0.1, 1], toxic: [true, false, false, true] };
  expect(brierScore(rows)).toBeCloseTo((0.01 + 0.9025 + 0.01 + 0) / 4, 12);
  expect(calibrationError(rows)).toBeCloseTo((0.85 + 0.1) / 4, 12);
});
