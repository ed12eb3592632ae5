import { existsSync } from 'node:fs';
import { access, constants } from 'node:fs/promises';
import { z } from 'zod';
import { messageOf, show, UserError } from '../errors.js';
import { readJsonlBlocks, refuseSpecialFile } from '../files/jsonl.js';
import { readLines } from '../files/lines.js';
import { nearFile } from '../files/near.js';
import type { CellBlocks, Cells, ColumnNames } from './columns.js';
import type { DatasetOptions, RawDataset } from './dataset.js';
import { endingOf, FILE_ENDINGS, type FileEnding } from './endings.js';

/** @param name - how an error calls the file */
type Reader = (path: string, name: string, options: ReaderOptions) => CellBlocks;

type ReaderOptions = ColumnNames & Pick<DatasetOptions, 'signal' | 'onRead'>;

/** The reader of each kind of file by its ending, loaded when it is asked for. */
const READERS: Readonly<Record<FileEnding, () => Promise<Reader>>> = {
  '.csv': async () => (await import('./csv.js')).readCsv,
  '.tsv': async () => (await import('./csv.js')).readTsv,
  '.jsonl': async () => readJsonlCells,
  '.txt': async () => readTexts,
  '.parquet': async () => (await import('./parquet.js')).readParquetFile,
};

/**
 * Opens a file of rows, which may be gzipped. Its rows are read as they are asked for, and throw a
 * UserError where they are broken, naming the line.
 *
 * @throws UserError when the file is of another kind or cannot be read
 */
export async function openFile(path: string, options: DatasetOptions): Promise<RawDataset> {
  const ending = endingOf(path);
  if (!ending) {
    throw new UserError(`${show(path)} is not a dataset file`, {
      hint: `its name must end in ${FILE_ENDINGS}`,
    });
  }
  await checkReadable(path);
  return openAs(ending, { path, name: path }, options);
}

/** Opens a file as one of a kind, whatever it is called. */
export async function openAs(
  ending: FileEnding,
  { path, name }: { readonly path: string; readonly name: string },
  options: DatasetOptions,
): Promise<RawDataset> {
  const read = await READERS[ending]();
  const { split } = options;
  return split === undefined
    ? { split: null, rows: (onRead) => read(path, name, { ...options, onRead }) }
    : {
        split,
        rows: (onRead) => onlySplit(read(path, name, { ...options, onRead }), split, name),
      };
}

/**
 * The columns of a file of rows, by its first one.
 *
 * @throws UserError as {@link openFile} does
 */
export async function columnsOf(path: string, options: DatasetOptions): Promise<string[]> {
  const { rows } = await openFile(path, options);
  for await (const [cells] of rows()) if (cells) return Object.keys(cells);
  return [];
}

async function checkReadable(path: string): Promise<void> {
  await access(path, constants.R_OK).catch((cause) => {
    const near = existsSync(path) ? undefined : nearFile(path);
    throw new UserError(`cannot read the dataset ${path}: ${messageOf(cause)}`, {
      hint:
        near === undefined
          ? 'check the path, and that you may read the file'
          : `did you mean ${near}?`,
      cause,
    });
  });
  refuseNoFile(path);
}

/** @throws UserError when there is a folder or a pipe by that name */
export const refuseNoFile = (path: string): void =>
  refuseSpecialFile(path, 'name a file on disk, or pipe it in: `dataset` -');

/** Keeps the rows whose `split` column is the wanted one. */
export async function* onlySplit(
  blocks: CellBlocks,
  wanted: string,
  source: string,
): AsyncGenerator<Cells[]> {
  const others = new Set<unknown>();
  let found = false;
  for await (const block of blocks) {
    const kept: Cells[] = [];
    for (const cells of block) {
      if (!('split' in cells)) {
        throw new UserError(`${source} has no column "split"`, { hint: 'leave `split` out' });
      }
      const { split, ...rest } = cells;
      if (split === wanted) kept.push(rest);
      else if (others.size < 20) others.add(split);
    }
    found ||= kept.length > 0;
    yield kept;
  }
  if (!found) {
    throw new UserError(`${source} has no split ${show(wanted)}`, {
      hint: `its splits are ${[...others].map(show).join(', ')}`,
    });
  }
}

const cellsSchema = z.record(z.string(), z.unknown());

const quickCells = (value: unknown): Cells | undefined =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Cells)
    : undefined;

/** Streams the objects of a JSONL file as rows. */
export async function* readJsonlCells(
  path: string,
  name = path,
  { onRead }: Pick<ReaderOptions, 'onRead'> = {},
): AsyncGenerator<Cells[]> {
  const options = { name, onRead, quick: quickCells };
  for await (const lines of readJsonlBlocks(path, cellsSchema, options)) {
    yield lines.map(({ value }) => value);
  }
}

/** Streams the lines of a file as rows that have a text and nothing else. */
async function* readTexts(
  path: string,
  name: string,
  { textColumn, task, onRead }: ReaderOptions,
): AsyncGenerator<Cells[]> {
  const column = textColumn ?? task?.data.text ?? 'text';
  for await (const { value } of readLines(path, { name, onRead })) yield [{ [column]: value }];
}
