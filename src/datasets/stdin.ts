import { show, UserError } from '../errors.js';
import { beginsWith } from '../files/bytes.js';
import { delimiterOf } from '../files/delimiter.js';
import { readLines } from '../files/lines.js';
import { spool } from '../files/spool.js';
import { coded } from '../messages.js';
import { hasTextColumn } from './columns.js';
import { type DatasetOptions, type RawDataset, STDIN } from './dataset.js';
import type { FileEnding } from './endings.js';
import { openAs } from './file.js';

/** In a note. */
const KINDS: Readonly<Record<FileEnding, string>> = {
  '.csv': 'CSV',
  '.tsv': 'TSV',
  '.jsonl': 'JSONL',
  '.txt': 'a text a line',
  '.parquet': 'parquet',
};

/**
 * Opens what is piped in, kept in a temporary file since it is read more than once. It may be any
 * kind of file that can be named, gzipped or not.
 *
 * @throws UserError when it cannot be kept, or is a table without the names of its columns
 */
export async function openStdin(options: DatasetOptions): Promise<RawDataset> {
  const { path, remove } = await spool(options.stdin ?? process.stdin);
  try {
    const kind = await kindOf(path, options);
    options.onNote?.(coded('read-as', `note: ${STDIN} is read as ${KINDS[kind]}`));
    const dataset = await openAs(kind, { path, name: STDIN }, options);
    return { ...dataset, close: remove };
  } catch (error) {
    remove();
    throw error;
  }
}

/**
 * Tells a kind by how it begins: JSONL by a brace, CSV by a line that names the column of the text
 * or is a list of names, and anything else is a text a line.
 */
async function kindOf(path: string, options: DatasetOptions): Promise<FileEnding> {
  if (beginsWith(path, Buffer.from('PAR1'))) return '.parquet';
  for await (const { value: head } of readLines(path, { name: STDIN })) {
    if (/^\s*\{/.test(head)) return '.jsonl';
    const names = head.split(delimiterOf(head)).map((name) => name.trim().replace(/^"|"$/g, ''));
    if (hasTextColumn(names, options) || isListOfNames(names)) return '.csv';
    const column = options.textColumn ?? options.task?.data.text;
    if (column !== undefined && names.length > 1) throw withoutHeader(column, head);
    return '.txt';
  }
  return '.txt';
}

/** Rows of a table would pass for texts, cells and all. */
const withoutHeader = (column: string, head: string) =>
  new UserError(`${STDIN} begins with ${show(head)}, which names no column ${show(column)}`, {
    hint: 'pipe the line with the names of the columns first; a text a line goes as a .txt file',
  });

const isListOfNames = (names: readonly string[]) =>
  names.length > 1 && names.every((name) => /^[\p{L}_][\p{L}\p{N}_.-]*$/u.test(name));
