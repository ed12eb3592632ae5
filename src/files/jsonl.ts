import {
  closeSync,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readSync,
  statSync,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';
import type { z } from 'zod';
import { EXIT, messageOf, show, UserError } from '../errors.js';
import { describeIssue } from '../records.js';
import { rowToJson } from '../secrets/redact.js';
import { isGzip } from './bytes.js';
import { decodeLine, type LineOptions, type PlacedLine, readRawLines } from './lines.js';

const NEWLINE = 10;
const OPENING_BRACE = 123;

export interface ReadOptions extends LineOptions {
  /** `skip` passes over a last line that a crash left half-written. */
  readonly tornEnd?: 'refuse' | 'skip';
}

/**
 * Streams the objects of a JSONL file, each checked against a schema.
 *
 * @throws UserError on the first bad line: its number, what is wrong, and the value seen
 */
export async function* readJsonl<S extends z.ZodType>(
  path: string,
  schema: S,
  { tornEnd = 'refuse', ...options }: ReadOptions = {},
): AsyncGenerator<PlacedLine<z.infer<S>>> {
  const { name = path } = options;
  for await (const line of readRawLines(path, options)) {
    if (tornEnd === 'skip' && !line.terminated && isTorn(line.value)) return;
    const text = decodeLine(line, name);
    if (text.trim() === '') continue;
    const { number, start, end } = line;
    const value = parseLine(text, number, name);
    const parsed = schema.safeParse(value);
    if (!parsed.success) {
      throw new UserError(`${name} line ${number}: ${describeIssue(parsed.error, value)}`, {
        hint: 'fix or remove that line',
      });
    }
    yield { number, start, end, value: parsed.data };
  }
}

function parseLine(text: string, number: number, name: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new UserError(`${name} line ${number} is not JSON: ${show(text)}`, {
      hint: 'each line must be one JSON object; fix or remove that line',
      cause,
    });
  }
}

/**
 * Files are read more than once, which a pipe does not stand, and a device may never end.
 *
 * @throws UserError when there is something at the path that is not a regular file
 */
export function refuseSpecialFile(path: string, hint = 'name a file on disk'): void {
  const found = statSync(path, { throwIfNoEntry: false });
  if (!found || found.isFile()) return;
  throw new UserError(`${path} is ${found.isDirectory() ? 'a folder' : 'not a regular file'}`, {
    hint,
  });
}

/** Appends rows to a JSONL file, without secrets; each is handed to the system before `append` returns. */
export class JsonlWriter {
  readonly path: string;
  /** Bytes of a line that a crash had left half-written, dropped on opening. */
  readonly tornBytes: number;
  readonly #descriptor: number;
  /** Which file it is on its disk, whatever name it has. */
  readonly #inode: number;

  /**
   * Opens the file for appending, with its folder, and repairs its end: a half-written last line
   * is dropped, and a last line without a newline gets one.
   *
   * @throws UserError when the file cannot be written, or is gzipped
   */
  constructor(path: string) {
    this.path = path;
    this.#descriptor = this.#guard('open', () => {
      mkdirSync(dirname(path), { recursive: true });
      return openSync(path, 'a+');
    });
    if (isGzip(path)) {
      closeSync(this.#descriptor);
      throw new UserError(`${path} is gzipped, and nothing can be appended to it`, {
        hint: 'unpack it first',
      });
    }
    this.#inode = this.#guard('open', () => fstatSync(this.#descriptor).ino);
    this.tornBytes = this.#guard('repair', () => repairEnd(this.#descriptor));
  }

  /** @throws UserError when the disk is full or the file gone; what was written before stays */
  append(row: object): void {
    this.#guard('write', () => {
      writeAll(this.#descriptor, Buffer.from(`${rowToJson(row)}\n`));
      // The system lets us write to a file that has been deleted, into nothing.
      if (statSync(this.path, { throwIfNoEntry: false })?.ino !== this.#inode) {
        throw new Error('it was moved or deleted while it was being written');
      }
    });
  }

  close(): void {
    this.#guard('close', () => {
      fsyncSync(this.#descriptor);
      closeSync(this.#descriptor);
    });
  }

  #guard<T>(action: string, work: () => T): T {
    try {
      return work();
    } catch (cause) {
      throw new UserError(`cannot ${action} ${this.path}: ${messageOf(cause)}`, {
        hint: 'free some space, then run the same command again; rows written so far are kept',
        exitCode: EXIT.couldNotFinish,
        cause,
      });
    }
  }
}

function writeAll(descriptor: number, bytes: Buffer): void {
  for (let written = 0; written < bytes.length; ) {
    written += writeSync(descriptor, bytes, written);
  }
}

/** @returns how many bytes of a torn last line were dropped */
function repairEnd(descriptor: number): number {
  const { size } = fstatSync(descriptor);
  const tail = readLastLine(descriptor, size);
  if (tail.length === 0) return 0;
  if (!isTorn(tail)) {
    writeAll(descriptor, Buffer.from('\n'));
    return 0;
  }
  ftruncateSync(descriptor, size - tail.length);
  return tail.length;
}

/** What follows the last newline: empty in a file that ends well. */
function readLastLine(descriptor: number, size: number): Buffer {
  const parts: Buffer[] = [];
  for (let end = size; end > 0; ) {
    const start = Math.max(0, end - 65_536);
    const part = Buffer.alloc(end - start);
    readSync(descriptor, part, 0, part.length, start);
    const newline = part.lastIndexOf(NEWLINE);
    parts.unshift(part.subarray(newline + 1));
    if (newline !== -1) break;
    end = start;
  }
  return Buffer.concat(parts);
}

/** Whether a last line is the beginning of an object, or what a lost write left: zeros. */
function isTorn(bytes: Buffer): boolean {
  if (bytes[0] !== OPENING_BRACE && bytes[0] !== 0) return false;
  try {
    JSON.parse(bytes.toString('utf8'));
    return false;
  } catch {
    return true;
  }
}
