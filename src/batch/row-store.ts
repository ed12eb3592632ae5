import { ScratchFile } from '../files/scratch.js';
import type { Sample } from '../sample.js';
import type { Verdict } from '../verdict.js';

/** A row that waits for its result. */
export interface WaitingRow {
  readonly sample: Sample & { readonly run?: number };
  /** What was found out before it was put to the server. */
  readonly own?: Verdict | undefined;
}

const LENGTH_BYTES = 4;
const TAKEN = -1;

/**
 * Rows that wait for their results, by their keys. They are on disk; the memory holds a key and a place
 * of each.
 */
export class RowStore {
  readonly #file: ScratchFile;
  readonly #places = new Map<string, number>();
  #waiting = 0;

  constructor(path: string) {
    this.#file = new ScratchFile(path);
  }

  /** Rows that still wait. */
  get size(): number {
    return this.#waiting;
  }

  add(key: string, row: WaitingRow): void {
    const json = Buffer.from(JSON.stringify(row));
    const bytes = Buffer.allocUnsafe(LENGTH_BYTES + json.length);
    bytes.writeUInt32LE(json.length);
    json.copy(bytes, LENGTH_BYTES);
    this.#places.set(key, this.#file.append(bytes));
    this.#waiting += 1;
  }

  /** Whether the row is here, waiting or not. */
  knows(key: string): boolean {
    return this.#places.has(key);
  }

  isWaiting(key: string): boolean {
    return (this.#places.get(key) ?? TAKEN) !== TAKEN;
  }

  /** The keys of the rows that wait, in the order in which they came. */
  *waiting(): Generator<string> {
    for (const [key, place] of this.#places) if (place !== TAKEN) yield key;
  }

  /** A row that waits; undefined of any other. */
  get(key: string): WaitingRow | undefined {
    const place = this.#places.get(key) ?? TAKEN;
    if (place === TAKEN) return undefined;
    const length = this.#file.read(place, LENGTH_BYTES).readUInt32LE();
    // Nobody else can write there.
    return JSON.parse(this.#file.read(place + LENGTH_BYTES, length).toString('utf8')) as WaitingRow;
  }

  /** Says that a row waits no longer. */
  settle(key: string): void {
    if (!this.isWaiting(key)) return;
    this.#places.set(key, TAKEN);
    this.#waiting -= 1;
  }

  close(): void {
    this.#file.close();
  }
}
