import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { readJsonl } from '../../src/files/jsonl.js';
import { JsonlWriter } from '../../src/files/jsonl-writer.js';
import { dropHoles } from '../../src/files/mend.js';
import { scratchFolder } from '../helpers/cli.js';

const SECTOR = 512;
const schema = z.object({ text: z.string() });

async function read(path: string, torn: 'skip' | 'refuse') {
  const texts: string[] = [];
  for await (const { value } of readJsonl(path, schema, { torn })) texts.push(value.text);
  return texts;
}

describe('a file of rows with zeros in it', () => {
  it('loses only the rows that a hole touches, wherever sectors are missing', async () => {
    const path = join(scratchFolder(), 'holes.jsonl');
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.nat(1_500), { minLength: 1, maxLength: 12 }),
        fc.nat(),
        fc.integer({ min: 1, max: 4 }),
        async (lengths, place, sectors) => {
          const texts = lengths.map((length, i) => `${i} ${'x'.repeat(length)}`);
          const lines = texts.map((text) => `${JSON.stringify({ text })}\n`);
          const bytes = Buffer.from(lines.join(''));
          // The first sector may begin in the middle of one that was synced.
          const from = place % bytes.length;
          const to = Math.min((Math.floor(from / SECTOR) + sectors) * SECTOR, bytes.length);
          writeFileSync(path, Buffer.from(bytes).fill(0, from, to));
          let end = 0;
          const kept = texts.filter((_, i) => {
            const start = end;
            end += lines[i]?.length ?? 0;
            // A row right behind a hole cannot be told from what the hole has taken.
            return end <= from || (start > to && to < bytes.length);
          });

          const firstRead = await read(path, 'skip');
          await dropHoles(path, 'text');
          new JsonlWriter(path, 'text').close();
          const rows = await read(path, 'refuse');
          expect(rows).toEqual(firstRead);
          expect(rows.filter((text) => kept.includes(text))).toEqual(kept);
          expect(rows.filter((text) => !texts.includes(text))).toEqual([]);
        },
      ),
      { seed: 3, numRuns: 60 },
    );
  });

  it('says how many bytes went, and writes nothing where there is no hole', async () => {
    const path = join(scratchFolder(), 'rows.jsonl');
    const row = `${JSON.stringify({ text: 'a'.repeat(600) })}\n`;
    writeFileSync(path, Buffer.from(row.repeat(3)).fill(0, row.length + 20, 3 * SECTOR));
    expect(await dropHoles(path, 'text')).toBe(2 * row.length);
    expect(readFileSync(path, 'utf8')).toBe(row);
    const { ino, mtimeMs } = statSync(path);
    expect(await dropHoles(path, 'text')).toBe(0);
    expect(statSync(path)).toMatchObject({ ino, mtimeMs });
    expect(await dropHoles(join(scratchFolder(), 'none.jsonl'), 'text')).toBe(0);
  });

  it.each([
    ['another beginning', Buffer.from(`{"other":1${'\0'.repeat(SECTOR - 10)}x\n`)],
    ['zeros that end within a sector', Buffer.from('{"text":"a\0"}\n')],
  ])('is left as it is where a line has %s', async (_, content) => {
    const path = join(scratchFolder(), 'foreign.jsonl');
    writeFileSync(path, content);
    await dropHoles(path, 'text').catch(() => {});
    expect(readFileSync(path).equals(content)).toBe(true);
  });
});
