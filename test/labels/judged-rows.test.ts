import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { readJudgedRows } from '../../src/labels/judged-rows.js';
import type { JudgedRow } from '../../src/records.js';
import { TOXICITY } from '../../src/task/task.js';
import { scratchFolder } from '../helpers/cli.js';
import { originalRow } from '../helpers/files.js';

async function read(name: string, content: string): Promise<JudgedRow[]> {
  const path = join(scratchFolder(), name);
  writeFileSync(path, gzipSync(content));
  const rows: JudgedRow[] = [];
  for await (const { value } of readJudgedRows(path, TOXICITY)) rows.push(value);
  return rows;
}

it('reads a file of labels that is gzipped, and one of human labels with its other columns', async () => {
  const labels = `${JSON.stringify(originalRow(0, 'x', 'toxic', null))}\n`;
  expect(await read('l.jsonl.gz', labels)).toMatchObject([{ input: 'x', prediction: 'positive' }]);
  expect(await read('own.csv.gz', 'text;label;lang\nx;1;de\n')).toMatchObject([
    { input: 'x', prediction: null, true_label: 'positive', columns: { lang: 'de' } },
  ]);
});

it('refuses a table of labels, and names the file that it was made of', async () => {
  const table = 'input,prediction,true_label,ds_original_idx\nx,toxic,,0\n';
  const path = join(scratchFolder(), 'labels.csv');
  writeFileSync(path, table);
  await expect(readJudgedRows(path, TOXICITY).next()).rejects.toMatchObject({
    message: `${path} is a table of labels, which is for other programs`,
    hint: expect.stringContaining(`${path.replace('.csv', '.jsonl')};`),
  });
});
