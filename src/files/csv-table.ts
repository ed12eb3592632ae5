import { writeAtomically } from './atomic.js';
import { csvLine } from './csv-line.js';
import type { Table } from './table.js';

/** Characters that are written at a time. */
const CHUNK = 65_536;

/**
 * Writes a table as CSV, whole or not at all.
 *
 * @throws UserError (exit 3) when it cannot be written
 */
export const writeCsvTable = (path: string, table: Table): void =>
  writeAtomically(path, inChunks(linesOf(table)));

function* linesOf({ columns, rows }: Table): Generator<string> {
  yield csvLine(columns.map(({ name }) => name));
  for (const row of rows) yield csvLine(row);
}

function* inChunks(lines: Iterable<string>): Generator<string> {
  let chunk = '';
  for (const line of lines) {
    chunk += line;
    if (chunk.length < CHUNK) continue;
    yield chunk;
    chunk = '';
  }
  yield chunk;
}
