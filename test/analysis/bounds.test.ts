import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { boundsOf, boundsWithoutTruth } from '../../src/analysis/bounds.js';
import { accuracy, f1 } from '../../src/metrics/binary.js';

const few = fc.nat(6);
const row = fc.record({ not_toxic: few, toxic: few, unanswered: few });

/** Every way to call some of the unanswered rows of either class toxic. */
function everyFigure({ toxic, not_toxic }: { toxic: Row; not_toxic: Row }) {
  const figures: { f1: number; accuracy: number }[] = [];
  for (let hits = 0; hits <= toxic.unanswered; hits++) {
    for (let alarms = 0; alarms <= not_toxic.unanswered; alarms++) {
      const counts = {
        tp: toxic.toxic + hits,
        fn: toxic.not_toxic + toxic.unanswered - hits,
        fp: not_toxic.toxic + alarms,
        tn: not_toxic.not_toxic + not_toxic.unanswered - alarms,
      };
      figures.push({ f1: f1(counts), accuracy: accuracy(counts) });
    }
  }
  return figures;
}
type Row = { not_toxic: number; toxic: number; unanswered: number };

describe('boundsOf', () => {
  it('are the extremes of a search over every labelling', () => {
    fc.assert(
      fc.property(row, row, (toxic, not_toxic) => {
        const figures = everyFigure({ toxic, not_toxic });
        const { toxic_f1, accuracy: right } = boundsOf({ toxic, not_toxic });
        if (figures.some((each) => Number.isNaN(each.f1 + each.accuracy))) return;
        expect(toxic_f1.worst).toBeCloseTo(Math.min(...figures.map((each) => each.f1)), 14);
        expect(toxic_f1.best).toBeCloseTo(Math.max(...figures.map((each) => each.f1)), 14);
        expect(right.worst).toBeCloseTo(Math.min(...figures.map((each) => each.accuracy)), 14);
        expect(right.best).toBeCloseTo(Math.max(...figures.map((each) => each.accuracy)), 14);
      }),
    );
  });

  it('are null where the figure is not defined', () => {
    const none = { not_toxic: 0, toxic: 0, unanswered: 0 };
    expect(boundsOf({ toxic: none, not_toxic: { ...none, not_toxic: 3 } })).toEqual({
      toxic_f1: { worst: null, best: null },
      accuracy: { worst: 1, best: 1 },
    });
  });
});

describe('boundsWithoutTruth', () => {
  it('let the truth of each row vary as well', () => {
    expect(boundsWithoutTruth({ tp: 3, fp: 1, fn: 1, tn: 5 }, 2)).toEqual({
      toxic_f1: { worst: 6 / 10, best: 10 / 12 },
      accuracy: { worst: 8 / 12, best: 10 / 12 },
    });
  });
});
