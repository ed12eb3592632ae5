import { existsSync } from 'node:fs';
import type { Dataset } from '../datasets/index.js';
import { UserError } from '../errors.js';
import { formatCount, plural } from '../format.js';
import { keyName, keyNumber, rowKey } from '../row-key.js';
import { KeyTable } from '../rows/keys.js';
import type { LabelNames } from '../terms.js';
import { type LabelFileOptions, namesOf, type OpenOptions } from './done-rows.js';
import { isFileName } from './moved-dataset.js';
import { readLabelBlocks, readUnanswered } from './reader.js';

/** What a dataset file still has of the rows on record. */
export interface Edited {
  /**
   * Rows whose text is on record at another place: the name that the row has now, and the one that
   * it has in the label file. Equal texts are matched one to one.
   */
  readonly moved: ReadonlyMap<string, string>;
  /** Rows on record whose text is not in the dataset any more. */
  readonly gone: number;
}

const AS_IT_WAS: Edited = { moved: new Map(), gone: 0 };

/**
 * Compares a dataset file with the label file of an earlier run. Where somebody took out a row, all
 * that follow have another index, and what was paid for still holds.
 *
 * @throws UserError when most rows on record are not in the dataset, which is another then, or a
 *   file has a bad line
 */
export async function compareWithRecord(
  dataset: Dataset,
  out: string,
  options: Pick<OpenOptions, keyof LabelFileOptions | 'onRead'> = {},
): Promise<Edited> {
  if (options.fresh || !isFileName(dataset.name)) return AS_IT_WAS;
  const names = namesOf(options);
  const recorded = new KeyTable();
  const { onRead } = options;
  for await (const { index, text } of recordedRows(out, dataset, { names, onRead })) {
    recorded.add(keyNumber(index, text));
  }
  if (recorded.size === 0) return AS_IT_WAS;
  const present = new KeyTable();
  for await (const { index, text } of dataset.rows(onRead)) {
    const key = keyNumber(index, text);
    if (recorded.has(key)) present.add(key);
    if (present.size === recorded.size) return AS_IT_WAS;
  }
  const elsewhere = new Map<string, string[]>();
  for await (const { index, text } of recordedRows(out, dataset, { names })) {
    const key = keyNumber(index, text);
    if (present.has(key)) continue;
    const same = elsewhere.get(textKey(text));
    if (!same) elsewhere.set(textKey(text), [keyName(key)]);
    else if (!same.includes(keyName(key))) same.push(keyName(key));
  }
  const moved = new Map<string, string>();
  for await (const { index, text } of dataset.rows(onRead)) {
    const key = keyNumber(index, text);
    const old = present.has(key) ? undefined : elsewhere.get(textKey(text))?.pop();
    if (old !== undefined) moved.set(keyName(key), old);
  }
  const gone = recorded.size - present.size - moved.size;
  if (gone * 2 > recorded.size) throw anotherDataset(dataset, out, { gone, of: recorded.size });
  return { moved, gone };
}

/** What to tell of it; undefined where there is nothing. */
export function describeEdited(
  { moved, gone }: Edited,
  { name }: Dataset,
  out: string,
): string | undefined {
  const parts = [
    ...(moved.size > 0 ? [`${plural(moved.size, 'row')} moved: what is on record counts`] : []),
    ...(gone > 0 ? [`${plural(gone, 'row')} of ${out} taken out or changed`] : []),
  ];
  return parts.length === 0 ? undefined : `${name} was edited: ${parts.join('; ')}`;
}

const textKey = (text: string) => rowKey(0, text);

/** The rows of the dataset in a label file and its companion. */
async function* recordedRows(
  out: string,
  { name }: Dataset,
  { names, onRead }: Pick<OpenOptions, 'onRead'> & { readonly names: LabelNames },
): AsyncGenerator<{ readonly index: number; readonly text: string }> {
  if (existsSync(out)) {
    for await (const lines of readLabelBlocks(out, names, { torn: 'skip', onRead })) {
      for (const { value } of lines) {
        if (value.dataset === name) yield { index: value.ds_original_idx, text: value.input };
      }
    }
  }
  // A row that has a label by now is on record above, and is one row still.
  for (const row of (await readUnanswered(out, names, new Set())).values()) {
    if (row.dataset === name) yield { index: row.ds_original_idx, text: row.input };
  }
}

function anotherDataset(
  { name }: Dataset,
  out: string,
  { gone, of }: { readonly gone: number; readonly of: number },
): UserError {
  return new UserError(
    `${formatCount(gone)} of the ${plural(of, 'row')} in ${out} are not in ${name} any more`,
    {
      hint: 'write to another file with `out`, or ask for all rows with `fresh` (the old file is kept)',
    },
  );
}
