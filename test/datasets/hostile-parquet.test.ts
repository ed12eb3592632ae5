import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readParquetFile } from '../../src/datasets/parquet.js';
import { limitsOf } from '../../src/datasets/parquet-decoder.js';
import { scratchFolder } from '../helpers/cli.js';
import { BOMBS, damagedFiles, ending, onePage, TIGHT } from '../helpers/hostile-parquet.js';

/** Reads a file within limits that suit a test. */
function read(
  bytes: Uint8Array,
  { limits = TIGHT, signal, onRead }: Parameters<typeof readParquetFile>[2] = {},
): AsyncGenerator<unknown> {
  const path = join(scratchFolder(), 'a.parquet');
  writeFileSync(path, bytes);
  return readParquetFile(path, 'a.parquet', { limits, signal, onRead });
}

const spinner = () => Object.values(BOMBS)[0] ?? Buffer.alloc(0);

describe('a parquet file that is not what it says', () => {
  it('is read where it is whole', async () => {
    const page = onePage({ bytes: [1, 0, 0, 0, 65, 2, 0, 0, 0, 66, 67], values: 2 });
    const rows = read(page);
    expect((await rows.next()).value).toEqual({ text: 'A' });
    expect((await rows.next()).value).toEqual({ text: 'BC' });
    expect((await rows.next()).done).toBe(true);
  });

  it.each(Object.entries(BOMBS))('ends with one clear line: %s', async (_, bytes) => {
    expect(bytes.length).toBeLessThan(10_000);
    expect(await ending(read(bytes))).toMatch(/^cannot read a\.parquet as parquet: .{5,220}$/);
  });

  it.each([
    { limits: { cpuMs: 50, memory: Number.POSITIVE_INFINITY }, most: '1 s' },
    { limits: { cpuMs: Number.POSITIVE_INFINITY, memory: 200e6 }, most: '0.2 GB of memory' },
  ])('says what to do with one that takes more than $most', async ({ limits, most }) => {
    await expect(read(spinner(), { limits }).next()).rejects.toMatchObject({
      exitCode: 2,
      message: `cannot read a.parquet as parquet: its 129 bytes took more than ${most} to decode`,
      hint: expect.stringMatching(/^it is damaged, or made to do harm; if you trust it, write it/),
    });
  });

  it('is left at once when the run is stopped', async () => {
    const stop = new AbortController();
    const reading = read(spinner(), stop).next();
    setImmediate(() => stop.abort(new Error('stopped')));
    await expect(reading).rejects.toThrow('cannot read a.parquet as parquet: stopped');
  });

  it('is told to be read for as long as it takes', async () => {
    const told: number[] = [];
    const onRead = (_: string, read: number) => told.push(read);
    await expect(read(spinner(), { onRead }).next()).rejects.toThrow('took more than 1 s');
    expect(told.slice(0, 3)).toEqual([0, 0, 0]);
    expect(told.at(-1)).toBe(129);
  });

  it('ends with rows or one clear line, whatever is damaged', async () => {
    const files = damagedFiles(20_261_125);
    for (let i = 0; i < 40; i++) {
      const end = await ending(read(files.next().value));
      expect(end, `file ${i}`).toMatch(/^(\d+ rows|cannot read a\.parquet as parquet: .{5,220})$/);
    }
  });

  it('has more time the larger it is', () => {
    expect(limitsOf(535).cpuMs).toBeLessThan(11_000);
    expect(limitsOf(100e6).cpuMs).toBeGreaterThan(30 * 60_000);
  });
});
