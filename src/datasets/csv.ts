import { pipeline } from 'node:stream/promises';
import { CsvError, type Options, parse } from 'csv-parse';
import { UserError } from '../errors.js';
import { type OnRead, readBytes } from '../files/bytes.js';
import { delimiterOf } from '../files/delimiter.js';
import { type LineOptions, readLines } from '../files/lines.js';
import type { Cells } from './columns.js';

/**
 * Streams the rows of a CSV file with a header line, whose cells commas, semicolons or tabs separate.
 *
 * @param name - how an error calls the file
 * @throws UserError at the first line that is not CSV or not UTF-8, or where two columns have one name
 */
export const readCsv = (
  path: string,
  name = path,
  { onRead }: ReadOptions = {},
): AsyncGenerator<Cells[]> => readSeparated(path, { name, kind: 'CSV', onRead });

/** The same of tabs alone, in whose files a quote within a text is no more than that. */
export const readTsv = (
  path: string,
  name = path,
  { onRead }: ReadOptions = {},
): AsyncGenerator<Cells[]> =>
  readSeparated(path, {
    name,
    kind: 'TSV',
    options: { delimiter: '\t', relax_quotes: true },
    onRead,
  });

const BLOCK_ROWS = 256;

type ReadOptions = Pick<LineOptions, 'onRead'>;

async function* readSeparated(
  path: string,
  { name, kind, options, onRead }: ReadOptions & { name: string; kind: string; options?: Options },
): AsyncGenerator<Cells[]> {
  const chunks = decodedChunks(path, name, onRead);
  const first = await chunks.next();
  const [head = ''] = (first.value ?? '').split(/\r?\n/, 1);
  const parser = parse({
    delimiter: delimiterOf(head),
    columns: (header: string[]) => columnsOf(header, name),
    bom: true,
    skip_empty_lines: true,
    ...options,
  });
  const parsing = pipeline(startingWith(first, chunks), parser);
  parsing.catch(() => undefined); // The loop below meets the same error.
  try {
    yield* inBlocks(parser as AsyncIterable<Cells>);
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    throw new UserError(`${name} is not well-formed ${kind}: ${error.message}`, {
      hint: 'fix that line; fields with commas, quotes or newlines must be quoted',
      cause: error,
    });
  }
}

async function* inBlocks(rows: AsyncIterable<Cells>): AsyncGenerator<Cells[]> {
  let block: Cells[] = [];
  for await (const row of rows) {
    block.push(row);
    if (block.length < BLOCK_ROWS) continue;
    yield block;
    block = [];
  }
  if (block.length > 0) yield block;
}

/** A column without a name is left out: spreadsheets leave empty ones behind. */
function columnsOf(header: readonly string[], name: string): (string | false)[] {
  const names = header.map((cell) => cell.trim());
  const twice = names.find((cell, i) => cell !== '' && names.indexOf(cell) !== i);
  if (twice === undefined) return names.map((cell) => cell !== '' && cell);
  throw new UserError(`${name} has more than one column "${twice}"`, {
    hint: 'give each column a name of its own in the first line',
  });
}

async function* startingWith(
  first: IteratorResult<string>,
  rest: AsyncIterable<string>,
): AsyncGenerator<string> {
  if (!first.done) yield first.value;
  yield* rest;
}

async function* decodedChunks(
  path: string,
  name: string,
  onRead?: OnRead,
): AsyncGenerator<string, undefined> {
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  try {
    for await (const chunk of readBytes(path, name, onRead))
      yield decoder.decode(chunk, { stream: true });
    yield decoder.decode();
  } catch (error) {
    for await (const _ of readLines(path, { name })); // Throws at the line that is not UTF-8.
    throw error;
  }
}
