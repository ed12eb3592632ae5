import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { CsvError, parse } from 'csv-parse';
import { UserError } from '../errors.js';
import { readLines } from '../files/jsonl.js';
import type { Cells } from './columns.js';

/**
 * Streams the rows of a CSV file with a header line.
 *
 * @throws UserError at the first line that is not CSV or not UTF-8
 */
export async function* readCsv(path: string): AsyncGenerator<Cells> {
  const parser = parse({ columns: true, bom: true, skip_empty_lines: true });
  const parsing = pipeline(decodedChunks(path), parser);
  parsing.catch(() => undefined); // The loop below meets the same error.
  try {
    yield* parser as AsyncIterable<Cells>;
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    throw new UserError(`${path} is not well-formed CSV: ${error.message}`, {
      hint: 'fix that line; fields with commas, quotes or newlines must be quoted',
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
