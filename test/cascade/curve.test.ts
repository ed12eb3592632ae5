import { describe, expect, it } from 'vitest';
import { bandAround, bandOfShare, routeOf } from '../../src/cascade/band.js';
import { type CascadeRow, countCascade } from '../../src/cascade/cascade-rows.js';
import { chooseBand } from '../../src/cascade/choose.js';
import { cascadeCurve, kneeOf } from '../../src/cascade/curve.js';
import { cascadeGolden } from '../helpers/golden.js';

const { threshold, rows: golden, points } = cascadeGolden.curve;
const labelOf = (code: number) => (code === 1 ? 'positive' : 'negative');
const ROWS: CascadeRow[] = golden.score.map((score, i) => {
  const teacher = golden.teacher[i] ?? -1;
  return {
    score,
    teacher: teacher < 0 ? null : labelOf(teacher),
    truth: labelOf(golden.truth[i] ?? 0),
    usd: golden.usd[i] ?? null,
  };
});
const RULES = { threshold, onTeacherFailure: 'unanswered' } as const;

describe('the curve', () => {
  it.each(points)('is that of rows counted one by one: $share, stands in $stands_in', (point) => {
    const rules = {
      threshold,
      onTeacherFailure: point.stands_in ? 'student' : 'unanswered',
    } as const;
    const [ours] = cascadeCurve(ROWS, rules, { shares: [point.share] });
    expect(ours?.precision).toBeCloseTo(point.precision, 12);
    expect(ours?.recall).toBeCloseTo(point.recall, 12);
    expect(ours?.f1).toBeCloseTo(point.f1, 12);
    expect(ours?.usdPer1000).toBeCloseTo(point.usd_per_1000, 12);
    expect(countCascade(ROWS, ours?.band ?? { low: 0, high: 0 }, rules)).toMatchObject({
      escalated: point.escalated,
      unanswered: point.unanswered,
    });
  });

  it('does not know its cost where that of one asked row is unknown', () => {
    const dear = ROWS.map((row, i) => (i === 3 ? { ...row, usd: null } : row));
    expect(cascadeCurve(dear, RULES, { shares: [0, 1] }).map((p) => p.usdPer1000)).toEqual([
      0,
      null,
    ]);
    const [student] = cascadeCurve(ROWS, RULES, { shares: [0], usdOfStudent: null });
    expect(student?.usdPer1000).toBeNull();
  });

  it('has its knee where a further row begins to win less', () => {
    const f1s = [0.6, 0.7, 0.76, 0.78, 0.785, 0.78];
    const of = (f1: number[]) => kneeOf(f1.map((value, i) => ({ share: i / 10, f1: value })));
    expect(of(f1s)?.share).toBe(0.2);
    expect(of([0.6, 0.59, 0.5])).toBeUndefined();
    expect(of([])).toBeUndefined();
  });
});

describe('a band', () => {
  it('keeps rows of one score together', () => {
    const scores = [0.1, 0.4, 0.4, 0.4, 0.9];
    const band = bandOfShare(scores, { threshold: 0.5, share: 0.2 });
    expect(scores.filter((score) => routeOf(score, band) === 'teacher')).toHaveLength(3);
  });

  it('of none is empty, and of all holds scores of 0 and 1', () => {
    const none = bandOfShare([0.5], { threshold: 0.5, share: 0 });
    expect([0, 0.499, 0.5, 1].map((score) => routeOf(score, none))).toEqual([
      'negative',
      'negative',
      'positive',
      'positive',
    ]);
    const all = bandOfShare([0, 0.2, 1], { threshold: 0.5, share: 1 });
    expect([0, 0.2, 1].map((score) => routeOf(score, all))).toEqual(Array(3).fill('teacher'));
  });

  it('reaches farther below the threshold where it leans', () => {
    const even = bandAround(0.5, 1);
    const leaning = bandAround(0.5, 1, 2);
    expect(0.5 - even.low).toBeCloseTo(even.high - 0.5, 12);
    expect(leaning.low).toBeLessThan(even.low);
    expect(leaning.high).toBeLessThan(even.high);
  });
});

describe('the choice', () => {
  it('by a cost takes the most rows that it pays for', () => {
    const most = 0.1;
    const { band } = chooseBand(ROWS, { kind: 'cost', usdPer1000: most }, RULES);
    const { escalated, usd } = countCascade(ROWS, band ?? { low: 0, high: 0 }, RULES);
    expect(((usd ?? 0) / ROWS.length) * 1000).toBeLessThanOrEqual(most);
    const next = bandOfShare(golden.score, { threshold, share: (escalated + 1) / ROWS.length });
    const dearer = countCascade(ROWS, next, RULES).usd ?? 0;
    expect((dearer / ROWS.length) * 1000).toBeGreaterThan(most);
  });

  it('is none where the student alone costs more', () => {
    expect(chooseBand(ROWS, { kind: 'cost', usdPer1000: 1 }, RULES, 0.002).band).toBeUndefined();
  });

  it('by a promise is the last, and so the cheapest, of the bands that passed', () => {
    const bands = [0.4, 0.2, 0.1].map((share) => bandOfShare(golden.score, { threshold, share }));
    const wish = { kind: 'promise', aim: { recall: 0.5 }, confidence: 0.95, bands } as const;
    const { band, trial } = chooseBand(ROWS, wish, RULES);
    expect(trial?.failed).toBeUndefined();
    expect(band).toEqual(bands[2]);
    const hopeless = chooseBand(ROWS, { ...wish, aim: { recall: 0.999 } }, RULES);
    expect(hopeless.band).toBeUndefined();
    expect(hopeless.trial?.failed?.band).toEqual(bands[0]);
  });
});
