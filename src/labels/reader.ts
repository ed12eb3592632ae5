import { existsSync } from 'node:fs';
import { type ReadOptions, readJsonl, readJsonlBlocks } from '../files/jsonl.js';
import type { Line, PlacedLine } from '../files/lines.js';
import {
  type JudgedRow,
  type LabelledRow,
  labelledRowSchema,
  type UnansweredRow,
  unansweredRowSchema,
} from '../records.js';
import { attemptKey, rowKey } from '../row-key.js';
import type { LabelNames } from '../terms.js';
import { quickLabelledRow } from './quick-row.js';

/** Where the rows that got no label go. */
export const unansweredPath = (path: string) => `${path}.unanswered.jsonl`;

export type LabelLine = PlacedLine<LabelledRow>;

/**
 * Streams the labels of a file that `collect` or `evaluate` wrote, or the 2024 cookbook.
 *
 * @param names - how the file calls the two labels
 * @throws UserError at the first bad line
 */
export async function* readLabels(
  path: string,
  names: LabelNames,
  options: ReadOptions = {},
): AsyncGenerator<LabelLine> {
  for await (const lines of readLabelBlocks(path, names, options)) yield* lines;
}

/** The same by the block, for files of a million rows. */
export async function* readLabelBlocks(
  path: string,
  names: LabelNames,
  options: ReadOptions = {},
): AsyncGenerator<LabelLine[]> {
  const quick = (value: unknown) => quickLabelledRow(value, names);
  yield* readJsonlBlocks(path, labelledRowSchema(names), { ...options, quick });
}

/**
 * Reads the rows beside a label file that got no label. The file is only ever appended to: a row's
 * last entry counts, and none where the row has a label by now. A row that was asked more than once
 * has an entry for each: see {@link attemptKey}.
 *
 * @param labelled - the keys of the rows, and of their further runs, that have a label
 * @returns the last entries by key
 * @throws UserError at the first bad line
 */
export async function readUnanswered(
  path: string,
  names: LabelNames,
  labelled: { has(key: string): boolean },
  check: (line: Line<UnansweredRow>, path: string) => void = () => {},
): Promise<Map<string, UnansweredRow>> {
  const entries = new Map<string, UnansweredRow>();
  const companion = unansweredPath(path);
  if (!existsSync(companion)) return entries;
  for await (const line of readJsonl(companion, unansweredRowSchema(names), { torn: 'skip' })) {
    check(line, companion);
    const key = attemptKey(keyOf(line.value), line.value.run);
    if (!labelled.has(key)) entries.set(key, line.value);
  }
  return entries;
}

/** Names a line's row: see {@link rowKey}. */
export const keyOf = ({ ds_original_idx, input }: JudgedRow | UnansweredRow) =>
  rowKey(ds_original_idx, input);
