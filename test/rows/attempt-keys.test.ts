import { expect, it } from 'vitest';
import { attemptKey, rowKey } from '../../src/row-key.js';
import { AttemptKeys } from '../../src/rows/attempt-keys.js';

it('holds attempts, by their names or by their rows', () => {
  const keys = new AttemptKeys();
  expect(keys.hasAttempt({ index: 0, text: 'a' })).toBe(false);
  keys.add(rowKey(0, 'a'));
  keys.add(attemptKey(rowKey(1, 'b'), 2));
  keys.addAttempt({ index: 2, text: 'c' });
  keys.addAttempt({ index: 2, text: 'c', run: 3 });
  keys.addAttempt({ index: 2, text: 'c', run: 1 });
  expect(keys.size).toBe(4);
  const wanted = [
    [0, 'a', 1, true],
    [0, 'a', 2, false],
    [1, 'b', 1, false],
    [1, 'b', 2, true],
    [2, 'c', 1, true],
    [2, 'c', 3, true],
    [3, 'c', 1, false],
  ] as const;
  for (const [index, text, run, isThere] of wanted) {
    expect(keys.hasAttempt({ index, text, run })).toBe(isThere);
    expect(keys.has(attemptKey(rowKey(index, text), run))).toBe(isThere);
  }
});
