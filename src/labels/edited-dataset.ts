import { existsSync } from 'node:fs';
import { isFileName } from '../datasets/endings.js';
import type { Dataset } from '../datasets/index.js';
import { UserError } from '../errors.js';
import type { OnRead } from '../files/bytes.js';
import { formatCount, plural } from '../format.js';
import { keyName, keyNumber, rowKey } from '../row-key.js';
import type { KeyTable } from '../rows/keys.js';
import type { Sample } from '../sample.js';
import type { LabelNames } from '../terms.js';
import { readLabels, readUnanswered } from './reader.js';

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

export const AS_IT_WAS: Edited = { moved: new Map(), gone: 0 };

/** What a label file and its companion hold. */
export interface OnRecord {
  readonly recorded: KeyTable;
  readonly names: LabelNames;
  /** Told how far the dataset is read, where it is read again. */
  readonly onRead?: OnRead | undefined;
}

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
  { recorded, names, onRead }: OnRecord,
): Promise<Edited> {
  if (recorded.size === 0 || !isFileName(dataset.name)) return AS_IT_WAS;
  const present = await presentOf(recorded, dataset, onRead);
  if (present.count === recorded.size) return AS_IT_WAS;
  const isPresent = (key: number) => present.has(recorded.numberOf(key));
  const elsewhere = new Map<string, string[]>();
  for await (const { index, text } of recordedRows(out, names)) {
    const key = keyNumber(index, text);
    if (isPresent(key)) continue;
    const same = elsewhere.get(textKey(text));
    if (!same) elsewhere.set(textKey(text), [keyName(key)]);
    else if (!same.includes(keyName(key))) same.push(keyName(key));
  }
  const moved = new Map<string, string>();
  for await (const { index, text } of dataset.rows(onRead)) {
    const key = keyNumber(index, text);
    const old = isPresent(key) ? undefined : elsewhere.get(textKey(text))?.pop();
    if (old !== undefined) moved.set(keyName(key), old);
  }
  const gone = recorded.size - present.count - moved.size;
  if (gone * 2 > recorded.size) throw anotherDataset(dataset, out, { gone, of: recorded.size });
  return { moved, gone };
}

/** Which of the rows on record, by the numbers of their keys, are in the dataset as they were. */
async function presentOf(recorded: KeyTable, dataset: Dataset, onRead: OnRead | undefined) {
  const isThere = new Uint8Array(recorded.size);
  let count = 0;
  for await (const key of dataset.keys ?? keysOf(dataset.rows(onRead))) {
    const number = recorded.numberOf(key);
    if (number === undefined || isThere[number] === 1) continue;
    isThere[number] = 1;
    count += 1;
    if (count === recorded.size) break;
  }
  return { count, has: (number = recorded.size) => isThere[number] === 1 };
}

/** What to tell of it; undefined where there is nothing. */
export function describeEdited(
  { moved, gone }: Edited,
  name: string,
  out: string,
): string | undefined {
  const parts = [
    ...(moved.size > 0 ? [`${plural(moved.size, 'row')} moved: what is on record counts`] : []),
    ...(gone > 0 ? [`${plural(gone, 'row')} of ${out} taken out or changed`] : []),
  ];
  return parts.length === 0 ? undefined : `${name} was edited: ${parts.join('; ')}`;
}

const textKey = (text: string) => rowKey(0, text);

async function* keysOf(rows: AsyncIterable<Sample>): AsyncGenerator<number> {
  for await (const { index, text } of rows) yield keyNumber(index, text);
}

/** The rows of a label file and its companion. */
async function* recordedRows(
  out: string,
  names: LabelNames,
): AsyncGenerator<{ readonly index: number; readonly text: string }> {
  if (existsSync(out)) {
    for await (const { value } of readLabels(out, names, { torn: 'skip' })) {
      yield { index: value.ds_original_idx, text: value.input };
    }
  }
  // A row that has a label by now is on record above, and is one row still.
  for (const row of (await readUnanswered(out, names, new Set())).values()) {
    yield { index: row.ds_original_idx, text: row.input };
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
