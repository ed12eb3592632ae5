import { existsSync } from 'node:fs';
import { isFileName } from '../datasets/endings.js';
import type { Dataset } from '../datasets/index.js';
import { refuseSpecialFile } from '../files/jsonl.js';
import { type LabelFileOptions, namesOf } from './done-rows.js';
import { readLabels } from './reader.js';

/** So many rows of the label file are looked up in the dataset. */
const ROWS_COMPARED = 20;

/**
 * A dataset file under the name that the rows of a label file record, where those rows are in it:
 * it was moved or renamed since, and what was paid for still holds.
 *
 * @returns the dataset as it is where nothing is on record, or another dataset
 * @throws UserError when a file has a bad line
 */
export async function underRecordedName(
  dataset: Dataset,
  out: string,
  options: LabelFileOptions = {},
): Promise<Dataset> {
  if (options.fresh || !existsSync(out) || !isFileName(dataset.name)) return dataset;
  refuseSpecialFile(out);
  const texts = new Map<number, string>();
  let recorded: string | undefined;
  for await (const { value } of readLabels(out, namesOf(options), { torn: 'skip' })) {
    recorded ??= value.dataset;
    texts.set(value.ds_original_idx, value.input);
    if (texts.size === ROWS_COMPARED) break;
  }
  if (recorded === undefined || recorded === dataset.name || !isFileName(recorded)) return dataset;
  return (await hasTexts(dataset, texts)) ? { ...dataset, name: recorded } : dataset;
}

async function hasTexts(dataset: Dataset, texts: ReadonlyMap<number, string>): Promise<boolean> {
  let left = texts.size;
  for await (const { index, text } of dataset.rows()) {
    const wanted = texts.get(index);
    if (wanted === undefined) continue;
    if (wanted !== text) return false;
    left -= 1;
    if (left === 0) return true;
  }
  return false;
}
