import { describe, expect, it } from 'vitest';
import { mcc } from '../../src/metrics/binary.js';
import { bcaOfClusters } from '../../src/metrics/bootstrap.js';
import { groupClusters, NO_CELL, singly, sumCells } from '../../src/metrics/clusters.js';
import { clusteredWilson, designEffect, sizeEffect } from '../../src/metrics/design-effect.js';
import { pairedCell } from '../../src/metrics/f1-difference.js';
import { wilson } from '../../src/metrics/intervals.js';
import { countCells, f1DifferenceEffect } from '../../src/metrics/paired-rows.js';
import { figuresGolden, MONTE_CARLO } from '../helpers/golden.js';

/** TP, FP, FN, TN. */
const cellsOf = ({ truth, said }: { truth: number[]; said: number[] }) =>
  truth
    .map((label, row) => (label ? 0 : 1) + ((label === 1) === (said[row] === 1) ? 0 : 2))
    .map(
      // Right and positive 0, right and negative 1, missed 2, false alarm 3.
      (code) => [0, 3, 2, 1][code] as number,
    );

describe('groupClusters', () => {
  it('puts clusters with the same counts together, whatever the order of the rows', () => {
    const cells = [0, 0, 1, NO_CELL, 0, 1, 0];
    const clusters = [5, 5, 2, 2, 3, 9, 8];
    const expected = [
      { cells: [2, 0], clusters: 1 },
      { cells: [1, 0], clusters: 2 },
      { cells: [0, 1], clusters: 2 },
    ];
    expect(groupClusters(cells, clusters, 2)).toEqual(expected);
    expect(groupClusters(cells.toReversed(), clusters.toReversed(), 2)).toEqual(expected);
    expect(sumCells(expected, 2)).toEqual([4, 2]);
  });

  it('makes single rows of rows that all differ', () => {
    expect(groupClusters([1, 0, 3, 1], [0, 1, 2, 3], 4)).toEqual(singly([1, 2, 0, 1]));
  });
});

describe.each(figuresGolden.shares)('shares of clusters, case %$', (golden) => {
  const table = groupClusters(cellsOf(golden), golden.cluster, 4);
  const of = (hits: readonly number[], rows: readonly number[]) =>
    clusteredWilson(
      table.map(({ cells, clusters }) => {
        const at = (places: readonly number[]) =>
          places.reduce((sum, cell) => sum + (cells[cell] ?? 0), 0);
        return { hits: at(hits), rows: at(rows), clusters };
      }),
      0.95,
    );

  it.each([
    ['recall', [0], [0, 2]],
    ['accuracy', [0, 3], [0, 1, 2, 3]],
    ['hits', [0], [0, 1, 2]],
  ] as const)("%s has the interval of statsmodels' cluster variance", (name, hits, rows) => {
    const { interval } = golden[name];
    const found = of(hits, rows);
    expect(found?.low).toBeCloseTo(interval[0], 8);
    expect(found?.high).toBeCloseTo(interval[1], 8);
  });
});

describe('clusteredWilson', () => {
  it("is Wilson's where no row repeats", () => {
    const single = [
      { hits: 1, rows: 1, clusters: 7 },
      { hits: 0, rows: 1, clusters: 13 },
    ];
    expect(clusteredWilson(single, 0.95)).toEqual(wilson(7, 20, 0.95));
    expect(clusteredWilson([], 0.95)).toBeNull();
  });

  it('takes a cluster for one row where it cannot see how alike they are', () => {
    expect(clusteredWilson([{ hits: 4, rows: 4, clusters: 5 }], 0.95)).toEqual(wilson(5, 5, 0.95));
    expect(clusteredWilson([{ hits: 2, rows: 9, clusters: 1 }], 0.95)).toEqual(
      wilson(2 / 9, 1, 0.95),
    );
  });
});

describe('bcaOfClusters', () => {
  it("equals SciPy's BCa over clusters", () => {
    const { cluster, value, interval, standard_error, ...rows } = figuresGolden.resampled_clusters;
    const table = groupClusters(cellsOf(rows), cluster, 4);
    const ofCells = ([tp = 0, fp = 0, fn = 0, tn = 0]: readonly number[]) =>
      mcc({ tp, fp, fn, tn });
    const options = { resamples: 100_000, confidence: 0.95, seed: 1 };
    const [found] = bcaOfClusters(table, 4, [ofCells], options);
    expect(found?.value).toBeCloseTo(value, 12);
    const tolerance = MONTE_CARLO * standard_error;
    expect(Math.abs((found?.interval?.low ?? 9) - interval[0])).toBeLessThan(tolerance);
    expect(Math.abs((found?.interval?.high ?? 9) - interval[1])).toBeLessThan(tolerance);
  });
});

describe('the design effect', () => {
  /** Of rows by their cells, each asked once. */
  const effectOf = (cellOf: readonly number[], clusterOf: readonly number[]) => {
    const rows = cellOf.map((cell) => ({
      isPositive: cell >= 4,
      a: (cell >> 1) & 1,
      b: cell & 1,
      rows: 1,
    }));
    return f1DifferenceEffect(rows, countCells(rows), clusterOf);
  };

  it.each(figuresGolden.difference_effect)(
    "of an F1 difference is that of statsmodels' cluster variance, case %$",
    ({ cluster, truth, a, b, effect }) => {
      const cells = truth.map((label, row) => pairedCell(label === 1, a[row] === 1, b[row] === 1));
      expect(effectOf(cells, cluster)).toBeCloseTo(effect, 6);
    },
  );

  it('is 1 where no row repeats, and the size of clusters where nothing differs', () => {
    expect(effectOf([4, 5, 6, 7, 1], [0, 1, 2, 3, 4])).toBe(1);
    expect(effectOf([7, 7, 0, 0], [0, 0, 1, 1])).toBe(2);
    expect(
      sizeEffect([
        { rows: 3, clusters: 2 },
        { rows: 1, clusters: 6 },
      ]),
    ).toBe(2);
  });

  it('is never below 1: rows of a cluster that differ win nothing', () => {
    expect(designEffect([1, -1, 1, -1], [0, 0, 1, 1])).toBe(1);
    expect(designEffect([0, 0], [0, 1])).toBeNaN();
  });
});
