import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { expect, it, onTestFinished } from 'vitest';
import { ScratchFile } from '../../src/files/scratch.js';
import { scratchFolder } from '../helpers/cli.js';

function open(): ScratchFile {
  const file = new ScratchFile(join(scratchFolder(), 'scratch.tmp'));
  onTestFinished(() => file.close());
  return file;
}

it('gives back what was appended, in any order and also while it grows', () => {
  const file = open();
  const lengths = [1, 100, 5_000, 3, 300_000, 40, 4_096, 4_097];
  const texts = lengths.map((length, i) => Buffer.alloc(length, i + 1));
  const starts: number[] = [];
  for (const text of texts) {
    starts.push(file.append(text));
    for (const at of [...starts.keys()].reverse()) {
      const read = file.read(starts[at] ?? 0, lengths[at] ?? 0);
      expect(read.equals(texts[at] ?? Buffer.alloc(0)), `${at} of ${starts.length}`).toBe(true);
    }
  }
});

it('streams all of it, and refuses to read past its end', async () => {
  const file = open();
  file.append(Buffer.from('one '));
  file.append(Buffer.from('two'));
  expect((await buffer(file.stream())).toString()).toBe('one two');
  expect(() => file.read(4, 4)).toThrow('ends before byte 8');
});
