import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { readParquetFile } from '../../src/datasets/parquet.js';
import { scratchFolder } from '../helpers/cli.js';
import { damagedFiles, ending, oneByOne, TIGHT } from '../helpers/hostile-parquet.js';

const FILES = Number(process.env.FUZZ_FILES ?? 1_500);
const SEED = Number(process.env.FUZZ_SEED ?? 20_261_124);

/** A thread at work is ended a little after its limits; a busy machine may take several times that. */
const LONGEST_MS = 20_000;

it(`${FILES} damaged parquet files end with rows or one clear line each`, async () => {
  const path = join(scratchFolder(), 'a.parquet');
  const files = damagedFiles(SEED);
  let whole = 0;
  let limited = 0;
  for (let i = 0; i < FILES; i++) {
    writeFileSync(path, files.next().value);
    const start = performance.now();
    const end = await ending(oneByOne(readParquetFile(path, 'x', { limits: TIGHT })));
    expect(performance.now() - start, `file ${i}: ${end}`).toBeLessThan(LONGEST_MS);
    expect(end, `file ${i}`).toMatch(/^(\d+ rows|cannot read x as parquet: .{5,220})$/);
    if (/ rows$/.test(end)) whole += 1;
    if (end.includes('took more than')) limited += 1;
  }
  // Else the damage is of the wrong size: all is read, or nothing gets as far as the pages.
  expect(whole).toBeGreaterThan(FILES / 50);
  expect(whole).toBeLessThan(FILES / 2);
  expect(limited).toBeGreaterThan(0);
});
