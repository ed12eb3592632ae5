import { expect, it } from 'vitest';
import { rowKey } from '../src/row-key.js';

it('is the head of the SHA-256 of index, line feed and text', () => {
  // printf '7\nhello' | sha256sum
  expect(rowKey(7, 'hello')).toBe('285408b3e982');
  expect(rowKey(8, 'hello')).not.toBe(rowKey(7, 'hello'));
});
