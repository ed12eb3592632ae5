import { access, constants } from 'node:fs/promises';
import { extname } from 'node:path';
import { z } from 'zod';
import { messageOf, show, UserError } from '../errors.js';
import { readJsonl, refuseSpecialFile } from '../files/jsonl.js';
import type { Cells } from './columns.js';
import type { DatasetOptions, RawDataset } from './dataset.js';

type Reader = (path: string) => AsyncIterable<Cells>;

/** The reader of each kind of file by its ending, loaded when it is asked for. */
const READERS: Readonly<Record<string, () => Promise<Reader>>> = {
  '.csv': async () => (await import('./csv.js')).readCsv,
  '.jsonl': async () => readJsonlCells,
  '.parquet': async () => (await import('./parquet.js')).readParquetFile,
};

const readerOf = (path: string) => READERS[extname(path).toLowerCase()];

/** The endings that a dataset's file may have: `.csv, .jsonl or .parquet`. */
export const FILE_ENDINGS = Object.keys(READERS)
  .join(', ')
  .replace(/, (?=[^,]*$)/, ' or ');

/** Whether the name of a file ends as a dataset's must. */
export const isDatasetFile = (path: string) => readerOf(path) !== undefined;

/**
 * Opens a .csv, .jsonl or .parquet file. Its rows are read as they are asked for, and throw a
 * UserError where they are broken, naming the line.
 *
 * @throws UserError when the file is of another kind or cannot be read
 */
export async function openFile(path: string, { split }: DatasetOptions): Promise<RawDataset> {
  const loadReader = readerOf(path);
  if (!loadReader) {
    throw new UserError(`${show(path)} is not a dataset file`, {
      hint: `its name must end in ${FILE_ENDINGS}`,
    });
  }
  await checkReadable(path);
  const read = await loadReader();
  return split === undefined
    ? { split: null, rows: () => read(path) }
    : { split, rows: () => onlySplit(read(path), split, path) };
}

async function checkReadable(path: string): Promise<void> {
  await access(path, constants.R_OK).catch((cause) => {
    throw new UserError(`cannot read the dataset ${path}: ${messageOf(cause)}`, {
      hint: 'check the path, and that you may read the file',
      cause,
    });
  });
  refuseSpecialFile(path);
}

/** Keeps the rows whose `split` column is the wanted one. */
export async function* onlySplit(
  rows: AsyncIterable<Cells>,
  split: string,
  source: string,
): AsyncGenerator<Cells> {
  const others = new Set<unknown>();
  let found = false;
  for await (const cells of rows) {
    if (!('split' in cells)) {
      throw new UserError(`${source} has no column "split"`, { hint: 'leave `split` out' });
    }
    found ||= cells.split === split;
    if (cells.split === split) yield cells;
    else if (others.size < 20) others.add(cells.split);
  }
  if (!found) {
    throw new UserError(`${source} has no split ${show(split)}`, {
      hint: `its splits are ${[...others].map(show).join(', ')}`,
    });
  }
}

/** Streams the objects of a JSONL file as rows. */
export async function* readJsonlCells(path: string): AsyncGenerator<Cells> {
  for await (const { value } of readJsonl(path, z.record(z.string(), z.unknown()))) yield value;
}
