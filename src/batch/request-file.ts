import { createHash } from 'node:crypto';
import { ScratchFile } from '../files/scratch.js';

/** How much one file may hold. */
export interface FileLimits {
  readonly requests: number;
  readonly bytes: number;
}

/** Requests that are to be sent as one file. They go to disk as they come. */
export class RequestFile {
  readonly #file: ScratchFile;
  readonly #limits: FileLimits;
  readonly #hash = createHash('sha256');
  readonly keys: string[] = [];
  /** What they may cost at most, in dollars. */
  usd = 0;

  constructor(path: string, limits: FileLimits) {
    this.#file = new ScratchFile(path);
    this.#limits = limits;
  }

  get bytes(): number {
    return this.#file.size;
  }

  /** Whether a line of so many bytes finds room; an empty file has room for any. */
  hasRoomFor(bytes: number): boolean {
    if (this.keys.length === 0) return true;
    return this.keys.length < this.#limits.requests && this.bytes + bytes <= this.#limits.bytes;
  }

  add(key: string, line: Buffer, usd: number): void {
    this.#file.append(line);
    this.#hash.update(line);
    this.keys.push(key);
    this.usd += usd;
  }

  /** The SHA-256 of all of it; nothing can be added afterwards. */
  digest(): string {
    return this.#hash.digest('hex');
  }

  stream(): AsyncIterable<Buffer> {
    return this.#file.stream();
  }

  /** A second time it does nothing. */
  close(): void {
    this.#file.close();
  }
}
