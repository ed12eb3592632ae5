import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { LabelFile } from '../../src/labels/label-file.js';
import { labelledRowSchema, type Sample } from '../../src/records.js';
import { readRows } from '../helpers/files.js';

const SOURCE = { model: 'm', provider: 'p', prompt: 'x@0', dataset: 'd', split: null };

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'label-file-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const sampleAt = (index: number): Sample => ({
  id: null,
  index,
  text: 'hi',
  label: null,
  humanChecked: null,
  jailbreaking: null,
});

describe('the file of labels', () => {
  it('keeps a score where there is one, 0 included', async () => {
    const path = join(folder, 'labels.jsonl');
    const answer = { raw: '', usage: null, costUsd: null, latencyMs: 1 };
    const file = await LabelFile.open(path, SOURCE);
    for (const [index, score] of [0, 0.25, undefined].entries()) {
      const scored = score === undefined ? {} : { score };
      const verdict = { outcome: 'answered', label: 'positive', ...scored, ...answer } as const;
      file.append(sampleAt(index), verdict);
    }
    file.close();
    const rows = readRows(path).map((row) => labelledRowSchema().parse(row));
    expect(rows.map(({ score }) => score)).toEqual([0, 0.25, undefined]);
    expect(rows[2]).not.toHaveProperty('score');
  });
});
