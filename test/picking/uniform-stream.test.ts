import { describe, expect, it } from 'vitest';
import { outlookOf } from '../../src/picking/outlook.js';
import { UniformStream } from '../../src/picking/uniform-stream.js';

describe('the uniform stream', () => {
  const stream = new UniformStream(500, 7);

  it('is one shuffle: more of it contains less of it, and each row has a place', () => {
    const first = stream.first(40);
    expect(stream.first(60).slice(0, 40)).toEqual(first);
    expect(first.map(stream.rankOf)).toEqual(first.map((_, place) => place / 500));
    expect(new Set(stream.first(999)).size).toBe(500);
  });

  it('knows how much of it is on record, and what is of another', () => {
    const asked = stream
      .first(50)
      .map((index, place) => ({ index, sampleFraction: 50 / 500, sampleRank: place / 500 }));
    expect(stream.drawnBy(asked)).toBe(50);
    expect(stream.stranger(asked)).toBeUndefined();
    // A row that was picked has its place, and no part in what was drawn.
    const picked = { index: stream.first(300)[299] ?? 0, sampleRank: 299 / 500 };
    expect(stream.drawnBy([...asked, picked])).toBe(50);
    expect(stream.stranger([...asked, picked])).toBeUndefined();
    expect(new UniformStream(500, 8).stranger(asked)).toBeDefined();
    expect(new UniformStream(600, 7).stranger(asked)).toBeDefined();
    // Files of earlier releases have no places: the rows themselves tell.
    const old = asked.map(({ index, sampleFraction }) => ({ index, sampleFraction }));
    expect(stream.stranger(old)).toBeUndefined();
    expect(new UniformStream(500, 8).stranger(old)).toBeDefined();
    expect(new UniformStream(30, 7).stranger([{ index: 31 }])).toEqual({ index: 31 });
  });
});

describe('the outlook', () => {
  it('goes on along the logarithm of the rows', () => {
    const of = (rows: number) => ({ rows, value: 0.1 + 0.05 * Math.log(rows) });
    const outlook = outlookOf([of(200), of(300), of(500)]);
    expect(outlook?.rows).toBe(500);
    expect(outlook?.gain).toBeCloseTo(0.05 * Math.log(2), 12);
  });

  it('does not go beyond 1', () => {
    const points = [0.5, 0.7, 0.9].map((value, i) => ({ rows: 100 * 2 ** i, value }));
    expect(outlookOf(points)?.gain).toBeCloseTo(0.1, 12);
  });

  it('needs three points, and rows that differ', () => {
    expect(
      outlookOf([
        { rows: 1, value: 0 },
        { rows: 2, value: 1 },
      ]),
    ).toBeUndefined();
    expect(outlookOf(Array(3).fill({ rows: 100, value: 0.5 }))).toBeUndefined();
  });
});
