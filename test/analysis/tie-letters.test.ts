import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { tieLetters } from '../../src/analysis/tie-letters.js';

/** Pairs of places that are told apart. */
const apart =
  (...pairs: readonly (readonly [number, number])[]) =>
  (a: number, b: number) =>
    pairs.some(([first, second]) => first === Math.min(a, b) && second === Math.max(a, b));

describe('tie letters', () => {
  it.each([
    { name: 'one alone', count: 1, pairs: [], letters: ['a'] },
    { name: 'no two apart', count: 3, pairs: [], letters: ['a', 'a', 'a'] },
    { name: 'two apart', count: 2, pairs: [[0, 1]], letters: ['a', 'b'] },
    { name: 'only the first and the last', count: 3, pairs: [[0, 2]], letters: ['a', 'ab', 'b'] },
    {
      name: 'the first from all others',
      count: 3,
      pairs: [
        [0, 1],
        [0, 2],
      ],
      letters: ['a', 'b', 'b'],
    },
    {
      name: 'all',
      count: 3,
      pairs: [
        [0, 1],
        [0, 2],
        [1, 2],
      ],
      letters: ['a', 'b', 'c'],
    },
    {
      name: 'the second from the third, which none else is apart from',
      count: 4,
      pairs: [[1, 2]],
      letters: ['ab', 'a', 'b', 'ab'],
    },
  ] as const)('$name', ({ count, pairs, letters }) => {
    expect(tieLetters(count, apart(...pairs))).toEqual(letters);
  });

  it('are in common exactly where two are not told apart, whichever these are', () => {
    const COUNT = 6;
    const pairs = Array.from({ length: COUNT }, (_, a) =>
      Array.from({ length: COUNT - a - 1 }, (__, i) => [a, a + 1 + i] as const),
    ).flat();
    fc.assert(
      fc.property(fc.subarray(pairs), (told) => {
        const letters = tieLetters(COUNT, apart(...told));
        for (const [a, b] of pairs) {
          const share = [...(letters[a] ?? '')].some((letter) => letters[b]?.includes(letter));
          expect(share).toBe(!told.some(([c, d]) => a === c && b === d));
        }
      }),
    );
  });
});
