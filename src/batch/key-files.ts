import { readFileSync, rmdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { EXIT, messageOf, UserError } from '../errors.js';
import { writeAtomically } from '../files/atomic.js';
import { newName } from './identity.js';

/** Whether a text is the key of a row: a server may say what it likes. */
export const isKey = (text: string): boolean => /^[0-9a-f]{12}(#\d+)?$/.test(text);

/**
 * The keys of the rows in batches: a file of lines for each batch, written once, so that what is written
 * again at each step of a batch stays small.
 */
export class KeyFiles {
  readonly #folder: string;
  /** As they are on disk: as one text they take a quarter of the memory. */
  readonly #read = new Map<string, string>();

  /** @param folder - made with the first of them */
  constructor(folder: string) {
    this.#folder = folder;
  }

  /**
   * Writes keys, with their folder, so that they are on disk when this returns.
   *
   * @returns the name of the file
   * @throws UserError when it cannot be written
   */
  write(keys: readonly string[]): string {
    const name = newName();
    const text = keys.map((key) => `${key}\n`).join('');
    writeAtomically(this.#pathOf(name), [text], 'own');
    this.#read.set(name, text);
    return name;
  }

  /** @throws UserError when the file is gone, or is none of keys */
  read(name: string): string[] {
    const known = this.#read.get(name);
    if (known !== undefined) return linesOf(known);
    const path = this.#pathOf(name);
    let text: string;
    try {
      text = readFileSync(path, 'latin1');
    } catch (cause) {
      throw damaged(`cannot read ${path}: ${messageOf(cause)}`, cause);
    }
    const keys = linesOf(text);
    if (!text.endsWith('\n') || !keys.every(isKey)) {
      throw damaged(`${path} holds something else than the keys of rows`);
    }
    this.#read.set(name, text);
    return keys;
  }

  remove(name: string): void {
    this.#read.delete(name);
    try {
      rmSync(this.#pathOf(name), { force: true });
      rmdirSync(this.#folder);
    } catch {
      // It holds those of other batches. A file that stays is in nobody's way.
    }
  }

  #pathOf = (name: string) => join(this.#folder, `${name}.keys`);
}

const linesOf = (text: string) => text.slice(0, -1).split('\n');

const damaged = (what: string, cause?: unknown) =>
  new UserError(`${what}; it says which rows are in a batch`, {
    hint: 'put it back; or move the `.batches.json` beside it away: batches of this run that are at the server are found there again',
    exitCode: EXIT.badInput,
    cause,
  });
