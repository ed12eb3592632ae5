import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { readEvalFile } from '../../src/labels/eval-file.js';
import { scratchFolder } from '../helpers/cli.js';
import { originalRow } from '../helpers/files.js';

/** Some longer than what is read at once, of characters of one to four bytes. */
const TEXTS = ['a', 'é'.repeat(200_000), '', '😀\u2028', 'z'.repeat(300_000), 'end'];

const content = TEXTS.map((text, i) =>
  JSON.stringify(originalRow(i, text, 'toxic', 'not toxic')),
).join('\r\n');

async function open(name = 'labels.jsonl') {
  const path = join(scratchFolder(), name);
  const bytes = `\uFEFF${content}`;
  writeFileSync(path, name.endsWith('.gz') ? gzipSync(bytes) : bytes);
  return { path, rows: (await readEvalFile(path)).rows };
}

describe('the rows of a file', () => {
  it.each(['labels.jsonl', 'labels.jsonl.gz'])(
    'of %s are read again, in any order',
    async (name) => {
      const { rows } = await open(name);
      expect(Array.from(rows, ({ input }) => input)).toEqual(TEXTS);
      for (const row of [4, 1, 5, 0, 3, 2, 1]) {
        expect(rows.at(row)).toMatchObject({ input: TEXTS[row], true_label: 'negative' });
      }
      expect(rows.at(6)).toBeUndefined();
    },
  );

  it.each([
    ['is another', content.replace('"end"', '"END"')],
    ['is cut off', content.slice(0, -20)],
    ['is gone', ''],
  ])('are refused where one %s by now', async (_, changed) => {
    const { path, rows } = await open();
    writeFileSync(path, `\uFEFF${changed}`);
    expect(() => rows.at(5)).toThrow(
      expect.objectContaining({
        message: `${path} has changed since it was read`,
        hint: 'run the same command again',
      }),
    );
  });
});
