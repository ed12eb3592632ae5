import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { keyName, keyNumber, numberOfKey, rowKey } from '../../src/row-key.js';
import { KeyTable, RowKeys } from '../../src/rows/keys.js';

describe('the key of a row', () => {
  it('is the name that files have, as a number', () => {
    fc.assert(
      fc.property(fc.nat(), fc.string({ unit: 'grapheme' }), (index, text) => {
        expect(keyName(keyNumber(index, text))).toBe(rowKey(index, text));
      }),
    );
    expect(keyName(numberOfKey('00000000000f'))).toBe('00000000000f');
  });
});

describe('a table of keys', () => {
  it('numbers them as they come, and finds each among many', () => {
    const table = new KeyTable();
    const keys = Array.from({ length: 5000 }, (_, i) => keyNumber(i, 'x'));
    expect(keys.map((key) => table.add(key))).toEqual([...keys.keys()]);
    expect(keys.map((key) => table.add(key))).toEqual([...keys.keys()]);
    expect(keys.map((key) => table.numberOf(key))).toEqual([...keys.keys()]);
    expect([table.size, table.numberOf(7), table.has(7), table.has(keys[9] ?? 0)]).toEqual([
      5000,
      undefined,
      false,
      true,
    ]);
  });

  it('has a copy that goes its own way', () => {
    const table = new KeyTable();
    for (const key of [5, 6]) table.add(key);
    const copy = table.copy();
    expect([copy.add(6), copy.add(7), copy.size, table.size, table.has(7)]).toEqual([
      1,
      2,
      3,
      2,
      false,
    ]);
  });

  it('tells keys apart that begin at one place', () => {
    const table = new KeyTable();
    const keys = [5, 5 + 2 ** 32, 5 + 2 ** 40, 6, 0];
    expect(keys.map((key) => table.add(key))).toEqual([0, 1, 2, 3, 4]);
    expect(keys.map((key) => table.numberOf(key))).toEqual([0, 1, 2, 3, 4]);
  });
});

describe('the keys of rows', () => {
  const table = new KeyTable();
  const numbers = Uint32Array.from([9, 4, 9, 7, 4], (key) => table.add(key));
  const keys = new RowKeys(table, numbers);

  it('are one for rows that are one', () => {
    expect([...keys.numbers]).toEqual([0, 1, 0, 2, 1]);
    expect([...keys.firstRows()]).toEqual([0, 1, 3]);
    expect([...keys.lastRows()]).toEqual([2, 4, 3]);
    expect(keys.distinct).toBe(3);
  });

  it('are found where they are likely, and elsewhere', () => {
    expect([keys.numberOf(4, 1), keys.numberOf(4, 2), keys.numberOf(4, 99)]).toEqual([1, 1, 1]);
    expect(keys.numberOf(5, 1)).toBeUndefined();
  });

  it('are those of some rows', () => {
    expect([...keys.pick([1, 4, 3])]).toEqual([keyName(4), keyName(4), keyName(7)]);
    expect(keys.countIn(keys.pick([3]))).toBe(1);
  });
});
