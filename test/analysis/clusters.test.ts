import { describe, expect, it } from 'vitest';
import { clusteredTable, clusterRows, positiveDesignEffect } from '../../src/analysis/clusters.js';
import { labelsOf } from '../../src/rows/labels.js';
import { labels, labelledRow as row, rowTable } from '../helpers/analysis.js';

describe('clusterRows', () => {
  it('puts equal texts together, whatever their case and spacing', () => {
    const rows = ['a b', 'c', 'A  b ', 'd'].map((input) => row({ input }));
    expect([...clusterRows(rowTable(rows), null)]).toEqual([0, 1, 0, 2]);
  });

  it('puts equal values of a column together, and rows without one by their text', () => {
    const rows = [
      row({ input: 'x', chat: 7 }),
      row({ input: 'y', chat: 7 }),
      row({ input: 'x', chat: null }),
      row({ input: 'X' }),
      row({ input: 'y', chat: '7' }),
    ];
    expect([...clusterRows(rowTable(rows), 'chat')]).toEqual([0, 0, 1, 1, 2]);
    const along = rows.map(({ chat, ...own }) => ({ ...own, columns: { chat: chat as number } }));
    expect([...clusterRows(rowTable(along), 'chat')]).toEqual([0, 0, 1, 1, 2]);
  });
});

const truth = labelsOf(labels('111100?'));
const clusterOf = Uint32Array.of(0, 0, 1, 0, 2, 2, 0);

it('counts the rows with a label on both sides, by cluster', () => {
  expect(clusteredTable(truth, labelsOf(labels('10r101?')), clusterOf)).toEqual([
    { cells: [2, 0, 1, 0], clusters: 1 },
    { cells: [0, 1, 0, 1], clusters: 1 },
  ]);
});

it('says for how many rows a toxic row stands', () => {
  // Three rows are three times one text, one stands alone: (3 * 3 + 1) / 4.
  expect(positiveDesignEffect(truth, clusterOf)).toBe(2.5);
  expect(positiveDesignEffect(truth, Uint32Array.of(0, 1, 2, 3, 4, 4, 4))).toBeNull();
  expect(positiveDesignEffect(labelsOf(labels('00')), Uint32Array.of(0, 0))).toBeNull();
});
