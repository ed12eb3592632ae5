import { describe, expect, it } from 'vitest';
import { labelledRow, rowTable } from '../helpers/analysis.js';

const rows = ['a', 'b', 'A', 'c', 'b'].map((input, index) =>
  labelledRow({
    input,
    ds_original_idx: index === 4 ? 1 : index,
    true_label: index % 2 === 0 ? 'positive' : null,
    human_check: index === 3 ? null : index === 0,
    cost_usd: index === 2 ? null : index / 8,
  }),
);

describe('a table of rows', () => {
  const table = rowTable(rows);

  it('holds their labels, texts and costs by number', () => {
    expect([...table.human]).toEqual([1, -1, 1, -1, 1]);
    expect([...table.teacher]).toEqual([0, 0, 0, 0, 0]);
    expect([...table.textNumbers]).toEqual([0, 1, 0, 2, 1]);
    expect([...table.humanChecked]).toEqual([1, 0, 0, -1, 0]);
    expect(rows.map((_, row) => table.costOf(row))).toEqual([0, 1 / 8, null, 3 / 8, 4 / 8]);
    expect([...table]).toEqual(rows);
    expect(table.at(3)).toEqual(rows[3]);
  });

  it('is one of some rows, whose texts are numbered anew', () => {
    const some = table.pick(Uint32Array.of(1, 3, 4));
    expect([...some.textNumbers]).toEqual([0, 1, 0]);
    expect(some.keys.distinct).toBe(2);
    expect([...some]).toEqual([rows[1], rows[3], rows[4]]);
    expect(some.at(2)).toEqual(rows[4]);
    expect(some.at(3)).toBeUndefined();
  });

  it('is one without a teacher, whose costs stay', () => {
    const people = table.withoutTeacher();
    expect([...people.teacher]).toEqual([-1, -1, -1, -1, -1]);
    expect(people.at(0)).toEqual({ ...rows[0], prediction: null });
    expect(people.costOf(1)).toBe(1 / 8);
  });
});
