import { closeSync, fdatasync, fsyncSync, mkdirSync, openSync } from 'node:fs';
import { dirname } from 'node:path';

const ROWS_A_SYNC = 256;
const LONGEST_UNSYNCED_MS = 1_000;

/**
 * Syncs a file that grows for groups of rows: a second after the first of a group, or at its 256th.
 * A sync for each row would take longer than its request; the work goes on during these.
 */
export class GroupSync {
  readonly #descriptor: number;
  #rows = 0;
  #timer: NodeJS.Timeout | undefined;
  #isSyncing = false;
  #error: Error | null = null;

  constructor(descriptor: number) {
    this.#descriptor = descriptor;
  }

  /**
   * @param rows - how many were written
   * @throws what an earlier sync met
   */
  wrote(rows: number): void {
    if (this.#error) throw this.#error;
    this.#rows += rows;
    if (this.#rows >= ROWS_A_SYNC) this.#sync();
    else this.#timer ??= setTimeout(() => this.#sync(), LONGEST_UNSYNCED_MS).unref();
  }

  /** Syncs what is left; nothing may be written afterwards. */
  finish(): void {
    clearTimeout(this.#timer);
    fsyncSync(this.#descriptor);
    if (this.#error) throw this.#error;
  }

  #sync(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#isSyncing) return;
    this.#isSyncing = true;
    this.#rows = 0;
    fdatasync(this.#descriptor, (error) => {
      this.#isSyncing = false;
      // A file that was closed meanwhile was synced before.
      if (error && error.code !== 'EBADF') this.#error ??= error;
      if (this.#rows > 0)
        this.#timer ??= setTimeout(() => this.#sync(), LONGEST_UNSYNCED_MS).unref();
    });
  }
}

/** Makes a folder with those above it, and syncs those that have got a new one. */
export function makeFolder(folder: string): void {
  const first = mkdirSync(folder, { recursive: true });
  if (first === undefined) return;
  for (let made = folder; ; made = dirname(made)) {
    syncFolder(dirname(made));
    if (made.length <= first.length || dirname(made) === made) return;
  }
}

/** Makes names in a folder last: a new file, or one that was renamed. Windows has no such call. */
export function syncFolder(folder: string): void {
  if (process.platform === 'win32') return;
  const descriptor = openSync(folder, 'r');
  try {
    fsyncSync(descriptor);
  } catch (error) {
    // Some network disks do not sync folders, and say so.
    if ((error as NodeJS.ErrnoException).code !== 'EINVAL') throw error;
  } finally {
    closeSync(descriptor);
  }
}
