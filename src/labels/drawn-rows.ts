import { existsSync } from 'node:fs';
import type { Drawing } from '../datasets/selection.js';
import type { OnRead } from '../files/bytes.js';
import { readJsonl } from '../files/jsonl.js';
import { drawingOf, type LabelledRow, labelledRowSchema, type UnansweredRow } from '../records.js';
import type { Task } from '../task/task.js';
import { readUnanswered } from './reader.js';

/** A row that was asked, with or without a label, and how it came to be asked. */
export interface DrawnRow extends Drawing {
  readonly index: number;
  readonly text: string;
  readonly costUsd: number | null;
}

/**
 * Reads which rows of a label file were asked, and how they were drawn; none where there is no file.
 *
 * @throws UserError at the first bad line
 */
export async function readDrawnRows(
  path: string,
  { labels }: Task,
  onRead?: OnRead,
): Promise<DrawnRow[]> {
  const rows: DrawnRow[] = [];
  if (existsSync(path)) {
    const lines = readJsonl(path, labelledRowSchema(labels), { torn: 'skip', onRead });
    for await (const { value } of lines) rows.push(drawnRow(value));
  }
  const unanswered = await readUnanswered(path, labels, { has: () => false });
  for (const row of unanswered.values()) rows.push(drawnRow(row));
  return rows;
}

function drawnRow(row: LabelledRow | UnansweredRow): DrawnRow {
  const { ds_original_idx: index, input: text, cost_usd: costUsd = null } = row;
  return { index, text, costUsd, ...drawingOf(row) };
}
