import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { beginsWith, readBytes } from '../../src/files/bytes.js';
import { delimiterOf } from '../../src/files/delimiter.js';
import { JsonlWriter } from '../../src/files/jsonl-writer.js';
import { readLines } from '../../src/files/lines.js';
import { scratchFolder } from '../helpers/cli.js';

function file(content: string | Uint8Array): string {
  const path = join(scratchFolder(), 'file');
  writeFileSync(path, content);
  return path;
}

it('unpacks what is gzipped, and nothing else', async () => {
  const textOf = async (path: string) => {
    const chunks: Buffer[] = [];
    for await (const chunk of readBytes(path)) chunks.push(chunk);
    return Buffer.concat(chunks).toString('utf8');
  };
  const long = 'a line\n'.repeat(50_000);
  expect(await textOf(file(gzipSync(long)))).toBe(long);
  expect(await textOf(file(long))).toBe(long);
  expect(await textOf(file(''))).toBe('');
  expect(beginsWith(file('PA'), Buffer.from('PAR1'))).toBe(false);
});

it('tells how far a file is read, to its end where it is read no further', async () => {
  const told = async (path: string, isWhole: boolean) => {
    const reads: [number, number][] = [];
    const onRead = (_: string, read: number, size: number) => reads.push([read, size]);
    for await (const __ of readBytes(path, path, onRead)) if (!isWhole) break;
    return reads;
  };
  const long = file('a'.repeat(600_000));
  const [first, ...rest] = await told(long, true);
  expect(first?.[0]).toBeLessThan(600_000);
  expect(rest.at(-1)).toEqual([600_000, 600_000]);
  expect(await told(long, false)).toEqual([first, [600_000, 600_000]]);
  const packed = gzipSync('a'.repeat(600_000));
  expect((await told(file(packed), true)).at(-1)).toEqual([packed.length, packed.length]);
});

it('appends nothing to a file that is gzipped', () => {
  const path = file(gzipSync('{}\n'));
  const before = readFileSync(path);
  expect(() => new JsonlWriter(path, 'input')).toThrow(
    'is gzipped, and nothing can be appended to it',
  );
  expect(readFileSync(path)).toEqual(before);
});

it('says where in a file a line stands', async () => {
  const content = `first\n\nä second${' '.repeat(70_000)}\r\nlast`;
  const path = file(content);
  const bytes = readFileSync(path);
  const lines: [number, string][] = [];
  for await (const { number, start, end, value } of readLines(path)) {
    expect(bytes.subarray(start, end).toString('utf8').replace(/\r$/, '')).toBe(value);
    lines.push([number, value.trim()]);
  }
  expect(lines).toEqual([
    [1, 'first'],
    [3, 'ä second'],
    [4, 'last'],
  ]);
});

it.each([
  ['a,b,c', ','],
  ['a;b;c,d', ';'],
  ['a\tb;c\td', '\t'],
  ['"a;b;c","d;e"', ','],
  ['"a ""x;y;z""",b', ','],
  ['text', ','],
])('the delimiter of %j is %j', (head, delimiter) => {
  expect(delimiterOf(head)).toBe(delimiter);
});
