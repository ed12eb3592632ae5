import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  auroc,
  averagePrecision,
  bestF1,
  onceEach,
  precisionAtRecall,
  precisionRecallCurve,
  type RankedRows,
  type RankedStatistic,
  rankRows,
  recallAtPrecision,
  thin,
} from '../../src/metrics/ranking.js';
import { golden } from '../helpers/golden.js';

const ranked = ({ scores, truth }: { scores: number[]; truth: number[] }) =>
  rankRows(
    scores,
    truth.map((each) => each === 1),
  );
const of = (statistic: RankedStatistic, rows: RankedRows) => statistic(rows, onceEach(rows));

describe('figures of scores equal scikit-learn', () => {
  it.each(golden.ranking)('case %$', (expected) => {
    const rows = ranked(expected);
    expect(of(averagePrecision, rows)).toBeCloseTo(expected.auprc, 12);
    expect(of(auroc, rows)).toBeCloseTo(expected.auroc, 12);
  });

  it.each(golden.ranking)('every point of the curve is one of its points, case %$', (expected) => {
    const [precisions, recalls, thresholds] = expected.curve;
    const curve = precisionRecallCurve(ranked(expected));
    expect(curve.length).toBeGreaterThan(1);
    for (const point of curve) {
      const i = thresholds.indexOf(point.threshold);
      expect(point.precision).toBeCloseTo(precisions[i] ?? Number.NaN, 12);
      expect(point.recall).toBeCloseTo(recalls[i] ?? Number.NaN, 12);
    }
    expect(new Set(curve.map(({ recall }) => recall))).toEqual(
      new Set(recalls.filter((recall) => recall > 0)),
    );
  });
});

const row = fc.record({ score: fc.integer({ min: 0, max: 10 }), positive: fc.boolean() });

describe('rankRows', () => {
  it('makes the order of the rows count for nothing', () => {
    fc.assert(
      fc.property(fc.array(row, { minLength: 1 }), (rows) => {
        const make = (of: typeof rows) => {
          const { row: _, ...ranked } = rankRows(
            of.map(({ score }) => score / 10),
            of.map(({ positive }) => positive),
          );
          return ranked;
        };
        expect(make(rows.toReversed())).toEqual(make(rows));
      }),
    );
  });
});

describe('a row that counts twice', () => {
  it('is a row that stands there twice', () => {
    const once = rankRows([0.9, 0.5, 0.5, 0.1], [true, true, false, false]);
    const twice = rankRows([0.9, 0.5, 0.5, 0.5, 0.1], [true, true, false, false, false]);
    const weights = Uint16Array.of(1, 2, 1, 1);
    for (const statistic of [averagePrecision, auroc]) {
      expect(statistic(once, weights)).toBeCloseTo(of(statistic, twice), 14);
    }
  });
});

describe('one class alone', () => {
  const rows = rankRows([0.9, 0.1], [false, false]);
  it('has no ranking to judge', () => {
    expect(of(averagePrecision, rows)).toBeNaN();
    expect(of(auroc, rows)).toBeNaN();
    expect(precisionRecallCurve(rows)).toEqual([]);
    expect(precisionAtRecall([], 0.5)).toBeNaN();
    expect(recallAtPrecision([], 0.5)).toBeNaN();
    expect(bestF1(rows)).toBeUndefined();
  });
});

describe('operating points', () => {
  // Calls by threshold: 0.9 1/1, 0.8 1/2, 0.7 2/3, 0.4 3/4, 0.2 3/5.
  const rows = rankRows([0.9, 0.8, 0.7, 0.4, 0.2], [true, false, true, true, false]);
  const curve = precisionRecallCurve(rows);
  it('end with the point of all rows', () => {
    expect(curve.at(-1)).toEqual({ threshold: 0.2, precision: 0.6, recall: 1 });
  });
  it('take the best precision that still finds enough', () => {
    expect(precisionAtRecall(curve, 0.3)).toBe(1);
    expect(precisionAtRecall(curve, 0.5)).toBe(0.75);
    expect(precisionAtRecall(curve, 1)).toBe(0.75);
  });
  it('take the best recall that is still precise enough', () => {
    expect(recallAtPrecision(curve, 0.7)).toBe(1);
    expect(recallAtPrecision(curve, 0.8)).toBeCloseTo(1 / 3, 14);
    expect(recallAtPrecision(curve.slice(1), 0.9)).toBe(0);
  });
  it('put the threshold where F1 is best', () => {
    expect(bestF1(rows)).toEqual({ threshold: 0.4, precision: 0.75, recall: 1 });
  });
  it('put it at the higher of two thresholds with one F1', () => {
    fc.assert(
      fc.property(fc.array(row, { minLength: 1 }), (drawn) => {
        const ranked = rankRows(
          drawn.map(({ score }) => score / 10),
          drawn.map(({ positive }) => positive),
        );
        const positives = drawn.filter(({ positive }) => positive).length;
        // Fractions with one denominator: two that are equal are equal to the last bit.
        const f1At = (threshold: number) => {
          const called = drawn.filter(({ score }) => score / 10 >= threshold);
          return (
            (2 * called.filter(({ positive }) => positive).length) / (called.length + positives)
          );
        };
        const best = Math.max(...ranked.scores.map(f1At));
        const highest = ranked.scores.find((score) => f1At(score) === best);
        expect(bestF1(ranked)?.threshold).toBe(positives === 0 ? undefined : highest);
      }),
      { numRuns: 500 },
    );
  });
});

describe('thin', () => {
  it('keeps both ends and no more than was asked for', () => {
    const values = Array.from({ length: 1234 }, (_, i) => i);
    const thinned = thin(values, 500);
    expect(thinned).toHaveLength(500);
    expect([thinned[0], thinned.at(-1)]).toEqual([0, 1233]);
    expect(new Set(thinned).size).toBe(500);
    expect(thin([1, 2], 500)).toEqual([1, 2]);
  });
});

it('ranks from the highest score down, positive rows of one score last, else as they were given', () => {
  const row = fc.record({
    score: fc.constantFrom(0.5, 0, -0, 1, -3.5, 1e-300, 0.1 + 0.2, 0.3, Number.POSITIVE_INFINITY),
    positive: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.array(row, { maxLength: 30 }), (rows) => {
      const expected = rows
        .map((each, place) => ({ ...each, place }))
        .sort((a, b) =>
          a.score === b.score
            ? Number(a.positive) - Number(b.positive)
            : b.score < a.score
              ? -1
              : 1,
        );
      const ranked = rankRows(
        rows.map(({ score }) => score),
        rows.map(({ positive }) => positive),
      );
      expect([...ranked.row]).toEqual(expected.map(({ place }) => place));
    }),
  );
});
