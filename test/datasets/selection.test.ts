import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { placesOf, type Selection, select } from '../../src/datasets/selection.js';
import { drawIndices } from '../../src/metrics/sampling.js';
import type { Sample } from '../../src/sample.js';

async function* rows(total: number): AsyncGenerator<Sample> {
  for (let index = 0; index < total; index++) {
    yield {
      id: null,
      index,
      text: `${index}`,
      label: null,
      humanChecked: null,
      jailbreaking: null,
    };
  }
}

async function indices(total: number, selection: Selection): Promise<number[]> {
  const taken: number[] = [];
  for await (const { index } of select(() => rows(total), selection)) taken.push(index);
  return taken;
}

describe('a range', () => {
  const range = (offset: number, maxSize: number): Selection => ({
    kind: 'range',
    offset,
    maxSize,
  });
  it('is a count of rows from the offset, not an end index', async () => {
    expect(await indices(10, range(3, 4))).toEqual([3, 4, 5, 6]);
  });
  it('ends where the split ends', async () => {
    expect(await indices(5, range(3, 100))).toEqual([3, 4]);
  });
  it('past the end is refused with the length', async () => {
    await expect(indices(5, range(5, 1))).rejects.toThrow(
      '`offset` 5 lies past the end: the split has 5 rows',
    );
  });
});

describe('the places of a selection', () => {
  const chosen = new Map([3, 1].map((row) => [row, {}]));
  it.each<Selection>([
    { kind: 'range', offset: 0, maxSize: Number.POSITIVE_INFINITY },
    { kind: 'range', offset: 3, maxSize: 4 },
    { kind: 'range', offset: 8, maxSize: 100 },
    { kind: 'sample', size: 4, seed: 2 },
    { kind: 'sample', size: 99, seed: 2 },
    { kind: 'chosen', rows: chosen },
  ])('are those of the rows that it takes: %j', async (selection) => {
    const places = placesOf(selection, 10);
    expect(places.sort((a, b) => a - b)).toEqual(await indices(10, selection));
  });
  it('are none past the end', () => {
    expect(placesOf({ kind: 'range', offset: 10, maxSize: 1 }, 10)).toEqual([]);
  });
});

describe('a sample', () => {
  it('says which share of the split it is; a range does not', async () => {
    const fractions = async (selection: Selection) => {
      const found = new Set<number | undefined>();
      for await (const { sampleFraction } of select(() => rows(40), selection)) {
        found.add(sampleFraction);
      }
      return [...found];
    };
    expect(await fractions({ kind: 'sample', size: 10, seed: 1 })).toEqual([0.25]);
    expect(await fractions({ kind: 'sample', size: 99, seed: 1 })).toEqual([1]);
    expect(await fractions({ kind: 'range', offset: 0, maxSize: 10 })).toEqual([undefined]);
  });

  it('is the same for the same seed, on every machine', () => {
    expect(drawIndices(5082, 8, 0)).toEqual([2040, 573, 3082, 2738, 584, 1032, 1776, 1089]);
    expect(drawIndices(5082, 8, 7)).not.toEqual(drawIndices(5082, 8, 0));
  });

  it('begins elsewhere for neighbouring seeds', () => {
    const firsts = Array.from({ length: 8 }, (_, seed) => drawIndices(5082, 1, seed)[0] ?? 0);
    const steps = firsts.slice(1).map((first, i) => Math.abs(first - (firsts[i] ?? 0)));
    expect(Math.min(...steps)).toBeGreaterThan(20);
  });

  it('holds distinct indices of the split, and all of them where it asks for more', () => {
    fc.assert(
      fc.property(fc.nat(300), fc.nat(300), fc.nat(), (total, size, seed) => {
        const drawn = drawIndices(total, size, seed);
        expect(drawn.length).toBe(Math.min(total, size));
        expect(new Set(drawn).size).toBe(drawn.length);
        expect(drawn.every((index) => index >= 0 && index < total)).toBe(true);
      }),
      { seed: 5 },
    );
  });

  it('begins with the smaller sample of the same seed', () => {
    expect(drawIndices(1000, 200, 3).slice(0, 50)).toEqual(drawIndices(1000, 50, 3));
  });

  it('takes each row equally often', () => {
    const taken = new Array<number>(20).fill(0);
    const draws = 4000;
    for (let seed = 0; seed < draws; seed++) {
      for (const index of drawIndices(20, 5, seed)) taken[index] = (taken[index] ?? 0) + 1;
    }
    const expected = (draws * 5) / 20;
    const chiSquare = taken.reduce((sum, n) => sum + (n - expected) ** 2 / (expected * 0.75), 0);
    expect(chiSquare).toBeLessThan(43.8); // The 99.9% point of chi-square with 19 degrees.
  });

  it('comes in the order of the split', async () => {
    const taken = await indices(100, { kind: 'sample', size: 10, seed: 1 });
    expect(taken).toEqual([...drawIndices(100, 10, 1)].sort((a, b) => a - b));
  });
});
