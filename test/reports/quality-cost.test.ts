import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { costAxis, fromFreeToDear, spread } from '../../src/reports/html/cost-axis.js';
import { placeFlags } from '../../src/reports/html/flags.js';
import { withFront } from '../../src/reports/html/quality-cost.js';

const stretch = { from: 44, to: 700 };
const costs = (...usd: (number | null)[]) => usd.map((each) => ({ usd: each, f1: 0.8 }));
const axisOf = (...usd: (number | null)[]) => costAxis(costs(...usd), stretch);
const texts = ({ ticks }: ReturnType<typeof costAxis>) => ticks.map(({ text }) => text);

describe('fromFreeToDear', () => {
  it('puts what is free first, what is unknown last, and the best of one cost before the others', () => {
    const points = [
      { usd: null, f1: 0.9 },
      { usd: 3, f1: 0.7 },
      { usd: 0, f1: 0.5 },
      { usd: 3, f1: 0.8 },
      { usd: 0, f1: 0.6 },
      { usd: 0.1, f1: 0.4 },
    ];
    expect(fromFreeToDear(points).map(({ f1 }) => f1)).toEqual([0.6, 0.5, 0.4, 0.8, 0.7, 0.9]);
  });
});

describe('the Pareto front', () => {
  it('has both of two that are equal, and none that another beats', () => {
    const front = (...points: [usd: number | null, f1: number][]) =>
      withFront(points.map(([usd, f1]) => ({ usd, f1 }))).map(({ isOnFront }) => isOnFront);
    expect(front([0, 0.8], [0, 0.8], [0, 0.7])).toEqual([true, true, false]);
    expect(front([0, 0.8], [1, 0.8], [1, 0.9], [null, 0.99])).toEqual([true, false, true, false]);
  });
});

describe('costAxis', () => {
  it('spans whole decades around the costs', () => {
    const axis = axisOf(0.087, 3.17);
    expect(texts(axis)).toEqual(['$0.01', '$0.10', '$1', '$10']);
    expect(axis.ticks.map(({ x }) => x)).toEqual([44, 44 + 656 / 3, 44 + 1312 / 3, 700]);
    expect(axis.bands).toEqual([]);
  });

  it('has a band on either side for what is free or unknown', () => {
    const { bands, xs, ...axis } = axisOf(0, 0, 0.5, null);
    expect(texts({ bands, xs, ...axis })).toEqual(['free', 'unknown', '$0.10', '$1']);
    const [free, unknown] = bands;
    const [first = 0, second = 0, priced = 0, last = 0] = xs;
    const tenCents = axis.ticks.at(-2)?.x ?? 0;
    expect(first).toBeLessThan(second);
    expect(second).toBeLessThan(free?.to ?? 0);
    expect(free?.to).toBeLessThan(tenCents);
    expect(priced).toBeGreaterThan(tenCents);
    expect(last).toBeGreaterThan(unknown?.from ?? 0);
  });

  it('spreads what is free over all of it where nothing has a price', () => {
    const axis = axisOf(0, 0, 0, 0);
    expect(texts(axis)).toEqual(['free']);
    expect(axis.xs).toEqual([126, 290, 454, 618]);
  });

  it('thins the labels of many decades', () => {
    expect(costAxis(costs(0.000002, 4000), { from: 44, to: 315 }).ticks.length).toBeLessThan(6);
  });

  it('sets marks apart that would cover each other, on the narrowest of screens too', () => {
    const usd = fc.oneof(fc.constant(0), fc.constant(null), fc.double({ min: 0.001, max: 100 }));
    fc.assert(
      fc.property(fc.array(usd, { minLength: 1, maxLength: 9 }), (all) => {
        const { xs } = costAxis(fromFreeToDear(costs(...all)), { from: 44, to: 190 });
        for (const [i, x] of xs.slice(1).entries()) {
          expect(x - (xs[i] ?? 0)).toBeGreaterThan(14.99);
        }
        expect(Math.min(...xs)).toBeGreaterThan(44);
        expect(Math.max(...xs)).toBeLessThan(190);
      }),
    );
  });
});

describe('spread', () => {
  it('moves what is too close apart by as little as may be, and nothing else', () => {
    expect(spread([100, 100, 103, 300], 15, { from: 0, to: 400 })).toEqual([86, 101, 116, 300]);
  });

  it('keeps within the ends', () => {
    expect(spread([2, 3, 99, 99], 15, { from: 5, to: 95 })).toEqual([5, 20, 80, 95]);
  });
});

describe('placeFlags', () => {
  const pole = (x: number, top: number, width = 80) => ({ x, top, bottom: top + 60, width });

  it('puts a name to the right of the top of its pole', () => {
    expect(placeFlags([pole(100, 200)], 700)).toEqual([{ left: 105, middle: 192, poleTop: 190 }]);
  });

  it('raises the name of a pole above those that it would cover', () => {
    const flags = placeFlags([pole(100, 200), pole(115, 200), pole(130, 200)], 700);
    expect(flags.map(({ middle }) => middle)).toEqual([160, 176, 192]);
  });

  it('centres a name above its pole rather than beyond the edge', () => {
    expect(placeFlags([pole(100, 200), pole(650, 200)], 700)[1]).toEqual({
      left: 620,
      middle: 192,
      poleTop: 200,
    });
  });

  it('lays no name on another, nor on a pole', () => {
    const drawn = fc.record({
      gap: fc.integer({ min: 15, max: 200 }),
      top: fc.integer({ min: 0, max: 250 }),
      width: fc.integer({ min: 10, max: 220 }),
    });
    fc.assert(
      fc.property(fc.array(drawn, { minLength: 1, maxLength: 9 }), (all) => {
        const poles = all.map(({ gap: _, ...rest }, i) => ({
          ...rest,
          x: all.slice(0, i + 1).reduce((sum, { gap }) => sum + gap, 0),
          bottom: rest.top + 50,
        }));
        const flags = placeFlags(poles, 700);
        const names = flags.map(({ left, middle }, i) => ({
          left,
          right: left + (poles[i]?.width ?? 0),
          top: middle - 8,
          bottom: middle + 8,
        }));
        const standing = flags.map(({ poleTop }, i) => {
          const { x = 0, bottom = 0 } = poles[i] ?? {};
          return { left: x - 1, right: x + 1, top: poleTop, bottom };
        });
        for (const [i, name] of names.entries()) {
          for (const other of [...names.slice(i + 1), ...standing]) {
            expect(overlap(name, other)).toBeLessThanOrEqual(0);
          }
        }
      }),
    );
  });
});

interface Box {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

/** Of the two sides by which two rectangles overlap, the shorter; none where it is not positive. */
const overlap = (a: Box, b: Box) =>
  Math.min(
    Math.min(a.right, b.right) - Math.max(a.left, b.left),
    Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top),
  );
