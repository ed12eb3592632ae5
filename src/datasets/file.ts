import { createReadStream } from 'node:fs';
import { access, constants } from 'node:fs/promises';
import { extname } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { CsvError, parse } from 'csv-parse';
import {
  type AsyncBuffer,
  asyncBufferFromFile,
  parquetMetadataAsync,
  parquetReadObjects,
} from 'hyparquet';
import { compressors } from 'hyparquet-compressors';
import { z } from 'zod';
import { messageOf, show, UserError } from '../errors.js';
import { readJsonl, readLines, refuseSpecialFile } from '../files/jsonl.js';
import type { Cells } from './columns.js';

const readers: Record<string, (path: string) => AsyncIterable<Cells>> = {
  '.csv': readCsv,
  '.jsonl': readJsonlCells,
  '.parquet': readParquetFile,
};

/** The endings a dataset's file may have. */
export const FILE_ENDINGS = Object.keys(readers);

const readerOf = (path: string) => readers[extname(path).toLowerCase()];

/** Whether the name of a file ends as a dataset's must. */
export const isDatasetFile = (path: string) => readerOf(path) !== undefined;

/** @throws UserError when the file cannot be read */
export async function checkReadable(path: string): Promise<void> {
  await access(path, constants.R_OK).catch((cause) => {
    throw new UserError(`cannot read the dataset ${path}: ${messageOf(cause)}`, {
      hint: 'check the path given to --dataset',
      cause,
    });
  });
  refuseSpecialFile(path);
}

/**
 * Streams the rows of a .csv, .jsonl or .parquet file.
 *
 * @throws UserError when the file is of another kind, or broken, naming the line
 */
export async function* readFileRows(path: string): AsyncGenerator<Cells> {
  const reader = readerOf(path);
  if (!reader) {
    throw new UserError(`${show(path)} is not a dataset file`, {
      hint: `its name must end in ${FILE_ENDINGS.join(', ')}`,
    });
  }
  yield* reader(path);
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
      throw new UserError(`${source} has no column "split"`, { hint: 'leave --split out' });
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

async function* readCsv(path: string): AsyncGenerator<Cells> {
  const parser = parse({ columns: true, bom: true, skip_empty_lines: true });
  const parsing = pipeline(decodedChunks(path), parser);
  parsing.catch(() => undefined); // The loop below meets the same error.
  try {
    yield* parser as AsyncIterable<Cells>;
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    throw new UserError(`${path} is not well-formed CSV: ${error.message}`, {
      hint: 'mend that line; fields with commas, quotes or newlines must be quoted',
      cause: error,
    });
  }
}

async function* decodedChunks(path: string): AsyncGenerator<string> {
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  try {
    for await (const chunk of createReadStream(path)) yield decoder.decode(chunk, { stream: true });
    yield decoder.decode();
  } catch (error) {
    for await (const _ of readLines(path)); // Throws at the line that is not UTF-8.
    throw error;
  }
}

async function* readJsonlCells(path: string): AsyncGenerator<Cells> {
  for await (const { value } of readJsonl(path, z.record(z.string(), z.unknown()))) yield value;
}

async function* readParquetFile(path: string): AsyncGenerator<Cells> {
  const file = await asyncBufferFromFile(path);
  yield* readParquet(
    file,
    (cause) =>
      new UserError(`cannot read ${path} as parquet: ${messageOf(cause)}`, {
        hint: 'check that the file is whole',
        cause,
      }),
  );
}

/**
 * Streams a parquet file, one row group in memory at a time.
 *
 * @param explain - makes the error to throw of one met on the way
 */
export async function* readParquet(
  file: AsyncBuffer,
  explain: (cause: unknown) => UserError,
): AsyncGenerator<Cells> {
  try {
    const metadata = await parquetMetadataAsync(file);
    let rowStart = 0;
    for (const group of metadata.row_groups) {
      const rowEnd = rowStart + Number(group.num_rows);
      yield* await parquetReadObjects({ file, metadata, compressors, rowStart, rowEnd });
      rowStart = rowEnd;
    }
  } catch (cause) {
    throw explain(cause);
  }
}
