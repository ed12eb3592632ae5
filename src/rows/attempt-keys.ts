import { attemptKey, keyName, keyNumber, numberOfKey } from '../row-key.js';
import { KeyTable } from './keys.js';

/** One of the times that a row is asked: the first where no run is named. */
export interface AttemptOfRow {
  readonly index: number;
  readonly text: string;
  readonly run?: number | undefined;
}

/**
 * A set of attempts by their keys, see `attemptKey`: some twenty bytes for each row, since there may be
 * millions. Few rows are asked more than once.
 */
export class AttemptKeys {
  readonly #first = new KeyTable();
  readonly #further = new Set<string>();

  get size(): number {
    return this.#first.size + this.#further.size;
  }

  /** The rows that were asked a first time. */
  get rows(): KeyTable {
    return this.#first;
  }

  add(key: string): void {
    if (key.includes('#')) this.#further.add(key);
    else this.#first.add(numberOfKey(key));
  }

  has(key: string): boolean {
    return key.includes('#') ? this.#further.has(key) : this.#first.has(numberOfKey(key));
  }

  addAttempt({ index, text, run = 1 }: AttemptOfRow): void {
    const key = keyNumber(index, text);
    if (run === 1) this.#first.add(key);
    else this.#further.add(attemptKey(keyName(key), run));
  }

  /** The same as `has`, without the key where there is none to be found. */
  hasAttempt({ index, text, run = 1 }: AttemptOfRow): boolean {
    if (this.size === 0) return false;
    const key = keyNumber(index, text);
    return run === 1 ? this.#first.has(key) : this.#further.has(attemptKey(keyName(key), run));
  }
}
