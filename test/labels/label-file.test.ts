import { mkdtempSync, rmSync, truncateSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { LabelFile } from '../../src/labels/label-file.js';
import { labelledRowSchema } from '../../src/records.js';
import type { Sample } from '../../src/sample.js';
import { readRows } from '../helpers/files.js';

const SOURCE = { model: 'm', provider: 'p', prompt: 'x@0', dataset: 'd', split: null };

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'label-file-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const ANSWER = { raw: '', usage: null, costUsd: null, latencyMs: 1 };

const sampleAt = (index: number): Sample => ({
  id: null,
  index,
  text: 'hi',
  label: null,
  humanChecked: null,
  jailbreaking: null,
});

describe('the file of labels', () => {
  it('that is cut while it is being read is not begun', async () => {
    const path = join(folder, 'labels.jsonl');
    const verdict = { outcome: 'answered', label: 'positive', ...ANSWER } as const;
    const file = await LabelFile.open(path, SOURCE);
    file.append(sampleAt(0), verdict);
    file.close();
    const options = {
      /** Looked up as the reading begins. */
      get anyDataset() {
        truncateSync(path);
        return false;
      },
    };
    await expect(LabelFile.open(path, SOURCE, options)).rejects.toThrow(
      `${path} was changed by another program while it was being read`,
    );
    (await LabelFile.open(path, SOURCE)).close();
  });

  it('keeps a score where there is one, 0 included', async () => {
    const path = join(folder, 'labels.jsonl');
    const file = await LabelFile.open(path, SOURCE);
    for (const [index, score] of [0, 0.25, undefined].entries()) {
      const scored = score === undefined ? {} : { score };
      const verdict = { outcome: 'answered', label: 'positive', ...scored, ...ANSWER } as const;
      file.append(sampleAt(index), verdict);
    }
    file.close();
    const rows = readRows(path).map((row) => labelledRowSchema().parse(row));
    expect(rows.map(({ score }) => score)).toEqual([0, 0.25, undefined]);
    expect(rows[2]).not.toHaveProperty('score');
  });
});
