import { createReadStream } from 'node:fs';
import { z } from 'zod';
import { isDatasetFile } from '../datasets/endings.js';
import { openFile } from '../datasets/file.js';
import { openDataset } from '../datasets/index.js';
import { UserError } from '../errors.js';
import { isGzip } from '../files/bytes.js';
import { readJsonl, readJsonlBlocks } from '../files/jsonl.js';
import { type Line, type LineOptions, readLines } from '../files/lines.js';
import { type JudgedRow, judgedRowSchema, rowOf } from '../records.js';
import type { Task } from '../task/task.js';
import { quickJudgedRow } from './quick-row.js';

/** A row, and where its line begins in the file, where it can be read again from there. */
export interface JudgedLine extends Line<JudgedRow> {
  readonly start?: number;
}

/**
 * Streams the rows of a file to judge models by or to learn from: a file of labels, as `collect`
 * and the 2024 cookbook write it, or any dataset file with a column of human labels, whose rows
 * have no teacher.
 *
 * @throws UserError at the first bad line, or where a dataset's columns or labels are unknown
 */
export async function* readJudgedRows(
  path: string,
  task: Task,
  options: Pick<LineOptions, 'onRead'> = {},
): AsyncGenerator<JudgedLine> {
  for await (const lines of readJudgedBlocks(path, task, options)) yield* lines;
}

/** The same by the block, for files of a million rows. */
export async function* readJudgedBlocks(
  path: string,
  task: Task,
  options: Pick<LineOptions, 'onBytes' | 'onRead'> = {},
): AsyncGenerator<readonly JudgedLine[]> {
  if (await isLabelFile(path)) {
    const quick = (value: unknown) => quickJudgedRow(value, task.labels);
    const blocks = readJsonlBlocks(path, judgedRowSchema(task.labels), { ...options, quick });
    if (!isGzip(path)) yield* blocks;
    else for await (const lines of blocks) yield lines.map(withoutPlace);
    return;
  }
  await refuseTable(path, task);
  const { onRead } = options;
  const dataset = await openDataset(path, { task, namedByTask: true, onRead });
  for await (const sample of dataset.rows(onRead)) {
    yield [{ number: sample.index + 1, value: rowOf(sample) }];
  }
  const { onBytes } = options;
  if (onBytes) for await (const chunk of createReadStream(path)) onBytes(chunk as Buffer);
}

const withoutPlace = ({ number, value }: Line<JudgedRow>) => ({ number, value });

/**
 * A table that `collect` wrote has lost what a spreadsheet would take for a formula, and who said what in which
 * run; the file that it was made of has it all.
 */
async function refuseTable(path: string, task: Task): Promise<void> {
  const { rows } = await openFile(path, { task });
  for await (const cells of rows()) {
    if (!('prediction' in cells && 'ds_original_idx' in cells)) return;
    throw new UserError(`${path} is a table of labels, which is for other programs`, {
      hint: `name the file it was made of, ${path.replace(/\.\w+$/, '.jsonl')}; labels that people write go into a sheet for \`humanLabels\``,
    });
  }
}

const textSchema = z.looseObject({ input: z.string() });

/**
 * Streams the texts of such a file; its labels are of no matter.
 *
 * @throws UserError as reading its rows does
 */
export async function* readInputs(
  path: string,
  task: Task,
  options: Pick<LineOptions, 'onRead'> = {},
): AsyncGenerator<string> {
  if (await isLabelFile(path)) {
    for await (const { value } of readJsonl(path, textSchema, options)) yield value.input;
    return;
  }
  for await (const { value } of readJudgedRows(path, task, options)) yield value.input;
}

/** Whether a file is one of labels: what no dataset reader knows is, and JSONL with predictions. */
async function isLabelFile(path: string): Promise<boolean> {
  if (!isDatasetFile(path)) return true;
  if (!/\.jsonl(\.gz)?$/i.test(path)) return false;
  for await (const { value } of readLines(path)) return isLabelLine(value);
  return true;
}

function isLabelLine(line: string): boolean {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value !== 'object' || value === null || Object.hasOwn(value, 'prediction');
  } catch {
    return true; // Its reader says what is wrong with the line.
  }
}
