import { existsSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { keysInBatches, newEntry, Tracker, trackerPath } from '../../src/batch/tracker.js';
import { UserError } from '../../src/errors.js';
import { scratchFolder } from '../helpers/cli.js';

const keysOf = (rows: number, from = 0) =>
  Array.from({ length: rows }, (_, i) => (from + i).toString(16).padStart(12, '0'));

function newTracker() {
  const labels = join(scratchFolder(), 'labels.jsonl');
  const path = trackerPath(labels);
  const open = () => Tracker.open(path, '0123456789abcdef');
  const add = (keys: readonly string[]) => {
    const tracker = open();
    const entry = newEntry({ intent: '01234567', sha256: null, requests: keys.length, usd: 0 });
    return { tracker, entry: tracker.add(entry, keys) };
  };
  const keyFiles = () => (existsSync(`${labels}.batches`) ? readdirSync(`${labels}.batches`) : []);
  return { labels, path, open, add, keyFiles };
}

it('knows the rows of a batch after it is opened again, and stays small itself', () => {
  const { labels, path, open, add } = newTracker();
  const keys = [...keysOf(50_000), '00000000abcd#2'];
  add(keys);
  const again = open();
  expect(again.unsettled.map((entry) => again.keysOf(entry))).toEqual([keys]);
  expect(keysInBatches(labels)).toEqual(new Set(keys));
  expect(statSync(path).size).toBeLessThan(1_000);
});

it('keeps the rows that are left, and no file of a batch that is settled', () => {
  const { open, add, keyFiles } = newTracker();
  const { tracker, entry } = add(keysOf(4));
  tracker.settle(entry, keysOf(1, 2), { status: 'completed' });
  const again = open();
  expect(again.unsettled.map((left) => again.keysOf(left))).toEqual([keysOf(1, 2)]);
  expect(keyFiles()).toHaveLength(1);
  tracker.settle(entry, []);
  expect(open().unsettled).toEqual([]);
  expect(keyFiles()).toEqual([]);
});

it('forgets a batch that was never made, with its file', () => {
  const { open, add, keyFiles } = newTracker();
  const { tracker, entry } = add(keysOf(2));
  tracker.drop(entry);
  expect([open().entries, keyFiles()]).toEqual([[], []]);
});

it('refuses to go on without the keys of a batch that is at work', () => {
  const { labels, open, add, keyFiles } = newTracker();
  add(keysOf(3));
  const file = join(`${labels}.batches`, keyFiles()[0] ?? '');
  const read = () => {
    const tracker = open();
    return tracker.unsettled.map((entry) => tracker.keysOf(entry));
  };
  const cut = ['', '00000000000', 'not a key\n', '000000000000\n../../x\n'];
  for (const text of cut) {
    writeFileSync(file, text);
    expect(read, text).toThrow(/holds something else than the keys of rows/);
  }
  rmSync(file);
  expect(read).toThrow(UserError);
  expect(read).toThrow(`cannot read ${file}`);
});
