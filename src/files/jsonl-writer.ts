import {
  closeSync,
  fstatSync,
  ftruncateSync,
  openSync,
  readSync,
  statSync,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { EXIT, messageOf, show, UserError } from '../errors.js';
import { rowToJson } from '../secrets/redact.js';
import { isGzip } from './bytes.js';
import { GroupSync, makeFolder, syncFolder } from './sync.js';
import { beginsAsRow, isTorn, withoutZeros } from './torn.js';

const NEWLINE = 10;
const WATCH_EVERY_MS = 100;
const WATCH_EVERY_ROWS = 16;

/**
 * Appends rows to a JSONL file, without secrets; each is handed to the system before `append`
 * returns, and no crash of the process loses it. A loss of power takes a second of rows at most: see
 * {@link GroupSync}.
 */
export class JsonlWriter {
  readonly path: string;
  /** Bytes of a line that a crash had left half-written, dropped on opening. */
  readonly tornBytes: number;
  readonly #descriptor: number;
  /** Which file it is on its disk, whatever name it has. */
  readonly #inode: number;
  readonly #sync: GroupSync;
  /** What the file should have by now, in bytes. */
  #size: number;
  #nextWatch = 0;
  /** Rows since the last look. */
  #unwatched = 0;

  /**
   * Opens the file for appending, with its folder, and repairs its end: a half-written last line
   * is dropped, and a last line without a newline gets one.
   *
   * @param firstKey - with which each row begins: only such a line is dropped
   * @throws UserError when the file cannot be written, is gzipped, or ends with what is no row
   */
  constructor(path: string, firstKey: string) {
    this.path = path;
    this.#descriptor = this.#guard('open', () => {
      makeFolder(dirname(path));
      return openSync(path, 'a+');
    });
    try {
      if (isGzip(path)) {
        throw new UserError(`${path} is gzipped, and nothing can be appended to it`, {
          hint: 'unpack it first',
        });
      }
      this.tornBytes = this.#guard('repair', () => repairEnd(path, this.#descriptor, firstKey));
      const { ino, size } = this.#guard('open', () => fstatSync(this.#descriptor));
      this.#inode = ino;
      this.#size = size;
      if (size === 0) this.#guard('open', () => syncFolder(dirname(path)));
    } catch (error) {
      closeSync(this.#descriptor);
      throw error;
    }
    this.#sync = new GroupSync(this.#descriptor);
  }

  /**
   * @param rows - written together: one, unless what they are made of stays where it is
   * @throws UserError when the disk is full; what was written before stays, and of these rows nothing
   */
  append(...rows: readonly object[]): void {
    this.#guard('write', () => {
      this.#write(Buffer.from(rows.map((row) => `${rowToJson(row)}\n`).join('')));
      this.#sync.wrote(rows.length);
    });
  }

  /** A full disk may take a part of a line, which would be a row where only the newline is missing. */
  #write(bytes: Buffer): void {
    try {
      for (let written = 0; written < bytes.length; ) {
        written += writeSync(this.#descriptor, bytes, written);
      }
    } catch (error) {
      ftruncateSync(this.#descriptor, this.#size);
      throw error;
    }
    this.#size += bytes.length;
  }

  /**
   * Asks the system whether the file is still there, after 16 rows or a tenth of a second: to ask after each
   * row takes a twentieth of a run of a local model.
   *
   * @throws UserError as {@link assertIntact} does
   */
  watch(): void {
    this.#unwatched += 1;
    const now = performance.now();
    if (this.#unwatched < WATCH_EVERY_ROWS && now < this.#nextWatch) return;
    this.#unwatched = 0;
    this.#nextWatch = now + WATCH_EVERY_MS;
    this.assertIntact();
  }

  /**
   * The system lets us write to a file that has been deleted, into nothing, or cut by others.
   *
   * @throws UserError when the file is not what was written
   */
  assertIntact(): void {
    const found = this.#guard('find', () => statSync(this.path, { throwIfNoEntry: false }));
    const isThere = found?.ino === this.#inode;
    if (isThere && found.size === this.#size) return;
    const what = isThere ? 'changed by another program' : 'moved or deleted';
    throw new UserError(`${this.path} was ${what} while it was being written`, {
      hint: 'run the same command again: it asks for rows that the file does not hold',
      exitCode: EXIT.couldNotFinish,
    });
  }

  /** Whether the file has no row: not one was appended, and none was there. */
  get isEmpty(): boolean {
    return this.#size === 0;
  }

  /** @throws UserError when the file is not on disk as it was written */
  close(): void {
    try {
      this.#guard('close', () => this.#sync.finish());
      this.assertIntact();
    } finally {
      closeSync(this.#descriptor);
    }
  }

  #guard<T>(action: string, work: () => T): T {
    try {
      return work();
    } catch (cause) {
      if (cause instanceof UserError) throw cause;
      throw new UserError(`cannot ${action} ${this.path}: ${messageOf(cause)}`, {
        hint: 'free some space, then run the same command again; rows written so far are kept',
        exitCode: EXIT.couldNotFinish,
        cause,
      });
    }
  }
}

/**
 * @returns how many bytes of a torn last line, or of zeros, were dropped
 * @throws UserError when the last line is of another kind of file, which is left as it is
 */
function repairEnd(path: string, descriptor: number, firstKey: string): number {
  const { size } = fstatSync(descriptor);
  const tail = readLastLine(descriptor, size);
  if (tail.length === 0) return 0;
  const line = withoutZeros(tail);
  const kept = isTorn(line) ? 0 : line.length;
  if (kept === 0 && !beginsAsRow(line, firstKey)) {
    throw new UserError(`${path} ends with ${show(line.toString('utf8'))}, which is no row`, {
      hint: 'name another file, or remove that line',
    });
  }
  const dropped = tail.length - kept;
  if (dropped > 0) ftruncateSync(descriptor, size - dropped);
  if (kept > 0) writeSync(descriptor, '\n');
  return dropped;
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
