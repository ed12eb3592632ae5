import { isUtf8 } from 'node:buffer';
import { UserError } from '../errors.js';
import { type OnRead, readBytes } from './bytes.js';

const NEWLINE = 10;

/** One line of a file, by its number from 1. */
export interface Line<T> {
  readonly number: number;
  readonly value: T;
}

/** A line, and where it begins and ends in the file: in bytes, without its newline. */
export interface PlacedLine<T> extends Line<T> {
  readonly start: number;
  readonly end: number;
}

/** A line as it stands in the file. */
export interface RawLine extends PlacedLine<Buffer> {
  /** False for a last line without its newline. */
  readonly terminated: boolean;
}

export interface LineOptions {
  /** How an error calls the file. Default: its path. */
  readonly name?: string | undefined;
  readonly onRead?: OnRead | undefined;
  /** Told of the file's bytes as they are read. */
  readonly onBytes?: ((chunk: Buffer) => void) | undefined;
}

/**
 * Streams the lines of a UTF-8 file, split on `\n` alone: U+2028 and friends stay in the text.
 * A byte order mark and the `\r` of CRLF are dropped, blank lines skipped but counted.
 *
 * @throws UserError when a line is not UTF-8, naming the line
 */
export async function* readLines(
  path: string,
  options: LineOptions = {},
): AsyncGenerator<PlacedLine<string>> {
  for await (const line of readRawLines(path, options)) {
    const value = decodeLine(line, options.name ?? path);
    if (value.trim() !== '') yield { ...line, value };
  }
}

/** Streams the lines of a file, blank ones too, before they are decoded. */
export async function* readRawLines(path: string, options: LineOptions): AsyncGenerator<RawLine> {
  for await (const lines of readLineBlocks(path, options)) yield* lines;
}

/**
 * The same by the block: the lines that end in one piece of the file. Where there are many, a promise
 * for each would take as long as to parse it.
 */
export async function* readLineBlocks(
  path: string,
  { name, onBytes, onRead }: LineOptions,
): AsyncGenerator<RawLine[]> {
  let number = 0;
  let start = 0;
  let rest: Buffer[] = [];
  const next = (last: Buffer, terminated: boolean): RawLine => {
    const value = rest.length === 0 ? last : Buffer.concat([...rest, last]);
    const line = { number: number + 1, start, end: start + value.length, value, terminated };
    rest = [];
    number += 1;
    start = line.end + 1;
    return line;
  };
  for await (const chunk of readBytes(path, name, onRead)) {
    onBytes?.(chunk);
    const lines: RawLine[] = [];
    let from = 0;
    for (let to = chunk.indexOf(NEWLINE); to !== -1; to = chunk.indexOf(NEWLINE, from)) {
      lines.push(next(chunk.subarray(from, to), true));
      from = to + 1;
    }
    if (from < chunk.length) rest.push(chunk.subarray(from));
    if (lines.length > 0) yield lines;
  }
  if (rest.length > 0) yield [next(Buffer.alloc(0), false)];
}

/** @throws UserError when it is not UTF-8 */
export function decodeLine({ number, value }: RawLine, name: string): string {
  if (!isUtf8(value)) {
    throw new UserError(`${name} line ${number} is not valid UTF-8`, {
      hint: 'save the file as UTF-8, or fix that line',
    });
  }
  const decoded = value.toString('utf8');
  const text = decoded.endsWith('\r') ? decoded.slice(0, -1) : decoded;
  return number === 1 ? text.replace(/^\uFEFF/, '') : text;
}
