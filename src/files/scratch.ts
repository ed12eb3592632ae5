import { closeSync, createReadStream, openSync, readSync, rmSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { EXIT, messageOf, UserError } from '../errors.js';
import { makeFolder } from './sync.js';

const BUFFER_BYTES = 1 << 18;
const PAGE_BYTES = 4096;

/**
 * A file for what does not fit into memory. It has no name from the start, so that nothing is left of it
 * however the process ends, and nobody else reads it.
 */
export class ScratchFile {
  readonly #path: string;
  readonly #descriptor: number;
  #pending: Buffer[] = [];
  #pendingBytes = 0;
  #written = 0;
  /** What was read last, and a little more: the next wanted is often behind it. */
  #page: Buffer = Buffer.allocUnsafe(PAGE_BYTES);
  #pageStart = 0;
  #pageFilled = 0;
  #isClosed = false;

  /**
   * @param path - where there is room for it
   * @throws UserError (exit 3) when it cannot be written
   */
  constructor(path: string) {
    this.#path = path;
    this.#descriptor = this.#guard(() => {
      makeFolder(dirname(path));
      rmSync(path, { force: true });
      const descriptor = openSync(path, 'wx+', 0o600);
      rmSync(path, { force: true });
      return descriptor;
    });
  }

  /** Bytes so far. */
  get size(): number {
    return this.#written + this.#pendingBytes;
  }

  /**
   * @returns where the bytes begin
   * @throws UserError (exit 3) when the disk is full
   */
  append(bytes: Buffer): number {
    const start = this.size;
    this.#pending.push(bytes);
    this.#pendingBytes += bytes.length;
    if (this.#pendingBytes >= BUFFER_BYTES) this.#flush();
    return start;
  }

  /** @returns the bytes, until the next call */
  read(start: number, length: number): Buffer {
    const at = start - this.#pageStart;
    if (at >= 0 && at + length <= this.#pageFilled) return this.#page.subarray(at, at + length);
    if (start + length > this.#written) this.#flush();
    if (length > this.#page.length) this.#page = Buffer.allocUnsafe(length);
    this.#pageStart = start;
    this.#pageFilled = 0;
    while (this.#pageFilled < length) {
      const room = this.#page.length - this.#pageFilled;
      const place = start + this.#pageFilled;
      const got = readSync(this.#descriptor, this.#page, this.#pageFilled, room, place);
      if (got === 0) throw new Error(`${this.#path} ends before byte ${start + length}`);
      this.#pageFilled += got;
    }
    return this.#page.subarray(0, length);
  }

  /** The whole of it, from the start. */
  stream(): AsyncIterable<Buffer> {
    this.#flush();
    return createReadStream('', { fd: this.#descriptor, start: 0, autoClose: false });
  }

  /** A second time it does nothing. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#pending = [];
    closeSync(this.#descriptor);
  }

  #flush(): void {
    const bytes = Buffer.concat(this.#pending);
    this.#pending = [];
    this.#pendingBytes = 0;
    this.#guard(() => {
      for (let written = 0; written < bytes.length; ) {
        const taken = writeSync(this.#descriptor, bytes, written, undefined, this.#written);
        written += taken;
        this.#written += taken;
      }
    });
  }

  #guard<T>(work: () => T): T {
    try {
      return work();
    } catch (cause) {
      throw new UserError(`cannot write ${this.#path}: ${messageOf(cause)}`, {
        hint: 'free some space, then run the same command again',
        exitCode: EXIT.couldNotFinish,
        cause,
      });
    }
  }
}
