import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { boundsOf, boundsWithoutTruth } from '../../src/analysis/bounds.js';
import { accuracy, f1 } from '../../src/metrics/binary.js';

const few = fc.nat(6);
const row = fc.record({ negative: few, positive: few, unanswered: few });

/** Every way to call some of the unanswered rows of either class positive. */
function everyFigure({ positive, negative }: { positive: Row; negative: Row }) {
  const figures: { f1: number; accuracy: number }[] = [];
  for (let hits = 0; hits <= positive.unanswered; hits++) {
    for (let alarms = 0; alarms <= negative.unanswered; alarms++) {
      const counts = {
        tp: positive.positive + hits,
        fn: positive.negative + positive.unanswered - hits,
        fp: negative.positive + alarms,
        tn: negative.negative + negative.unanswered - alarms,
      };
      figures.push({ f1: f1(counts), accuracy: accuracy(counts) });
    }
  }
  return figures;
}
type Row = { negative: number; positive: number; unanswered: number };

describe('boundsOf', () => {
  it('are the extremes of a search over every labelling', () => {
    fc.assert(
      fc.property(row, row, (positive, negative) => {
        const figures = everyFigure({ positive, negative });
        const { positive_f1, accuracy: right } = boundsOf({ positive, negative });
        if (figures.some((each) => Number.isNaN(each.f1 + each.accuracy))) return;
        expect(positive_f1.worst).toBeCloseTo(Math.min(...figures.map((each) => each.f1)), 14);
        expect(positive_f1.best).toBeCloseTo(Math.max(...figures.map((each) => each.f1)), 14);
        expect(right.worst).toBeCloseTo(Math.min(...figures.map((each) => each.accuracy)), 14);
        expect(right.best).toBeCloseTo(Math.max(...figures.map((each) => each.accuracy)), 14);
      }),
    );
  });

  it('are null where the figure is not defined', () => {
    const none = { negative: 0, positive: 0, unanswered: 0 };
    expect(boundsOf({ positive: none, negative: { ...none, negative: 3 } })).toEqual({
      positive_f1: { worst: null, best: null },
      accuracy: { worst: 1, best: 1 },
    });
  });
});

describe('boundsWithoutTruth', () => {
  it('let the truth of each row vary as well', () => {
    expect(boundsWithoutTruth({ tp: 3, fp: 1, fn: 1, tn: 5 }, 2)).toEqual({
      positive_f1: { worst: 6 / 10, best: 10 / 12 },
      accuracy: { worst: 8 / 12, best: 10 / 12 },
    });
  });
});
