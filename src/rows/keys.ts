import { keyName } from '../row-key.js';
import { rowsWhere } from './column.js';

const FIRST_SLOTS = 1024;

/** Distinct keys, numbered as they come: some twenty bytes each. */
export class KeyTable {
  /** By number. */
  #keys = new Float64Array(FIRST_SLOTS / 2);
  /** A number and 1, at the first free place from the key's own; 0 is free. */
  #slots = new Uint32Array(FIRST_SLOTS);
  #size = 0;

  get size(): number {
    return this.#size;
  }

  copy(): KeyTable {
    const copy = new KeyTable();
    copy.#keys = this.#keys.slice();
    copy.#slots = this.#slots.slice();
    copy.#size = this.#size;
    return copy;
  }

  /** The number of a key; undefined where it has none. */
  numberOf(key: number): number | undefined {
    const number = (this.#slots[this.#slotOf(key)] as number) - 1;
    return number === -1 ? undefined : number;
  }

  /** The key with a number. */
  keyOf(number: number): number | undefined {
    return number < this.#size ? this.#keys[number] : undefined;
  }

  has(key: number): boolean {
    return this.#slots[this.#slotOf(key)] !== 0;
  }

  /** @returns the number of the key, which is new where there was none */
  add(key: number): number {
    let slot = this.#slotOf(key);
    const known = this.#slots[slot] as number;
    if (known !== 0) return known - 1;
    if (this.#size === this.#keys.length) {
      this.#grow();
      slot = this.#slotOf(key);
    }
    this.#keys[this.#size] = key;
    this.#size += 1;
    this.#slots[slot] = this.#size;
    return this.#size - 1;
  }

  #slotOf(key: number): number {
    const last = this.#slots.length - 1;
    // The lowest bits of a hash are as good as any.
    let slot = key & last;
    for (;;) {
      const number = this.#slots[slot] as number;
      if (number === 0 || this.#keys[number - 1] === key) return slot;
      slot = (slot + 1) & last;
    }
  }

  #grow(): void {
    const keys = this.#keys;
    this.#keys = new Float64Array(2 * keys.length);
    this.#keys.set(keys);
    if (2 * this.#keys.length <= this.#slots.length) return;
    // Seldom, for each number is put down anew.
    this.#slots = new Uint32Array(4 * this.#slots.length);
    for (let number = 0; number < this.#size; number++) {
      this.#slots[this.#slotOf(keys[number] as number)] = number + 1;
    }
  }
}

/** The keys of the rows of a file, in their order; a row that stands there twice has one key. */
export class RowKeys {
  readonly #table: KeyTable;
  /** By row, the number of its key: as keys come, from 0. */
  readonly numbers: Uint32Array;

  /** @param table - of the keys of these rows and no others */
  constructor(table: KeyTable, numbers: Uint32Array) {
    this.#table = table;
    this.numbers = numbers;
  }

  get length(): number {
    return this.numbers.length;
  }

  /** How many of them differ. */
  get distinct(): number {
    return this.#table.size;
  }

  /** As a number: see {@link keyNumber}. */
  keyOf(row: number): number | undefined {
    return this.#table.keyOf(this.numbers[row] ?? this.#table.size);
  }

  /** As files have it. */
  at(row: number): string {
    return keyName(this.keyOf(row) ?? 0);
  }

  *[Symbol.iterator](): Generator<string> {
    for (let row = 0; row < this.length; row++) yield this.at(row);
  }

  has(key: number): boolean {
    return this.#table.has(key);
  }

  /** How many of the rows have a key that is among others. */
  countIn(others: RowKeys): number {
    return rowsWhere(this.length, (row) => others.has(this.keyOf(row) as number)).length;
  }

  /**
   * The number of a key: see {@link numbers}.
   *
   * @param likely - where it is looked for first
   */
  numberOf(key: number, likely = 0): number | undefined {
    return this.#table.keyOf(likely) === key ? likely : this.#table.numberOf(key);
  }

  /** A row for each key, in the order in which the keys come: of rows with one key the first. */
  firstRows(): Uint32Array {
    let next = 0;
    const rows = new Uint32Array(this.distinct);
    this.numbers.forEach((number, row) => {
      if (number !== next) return;
      rows[next] = row;
      next += 1;
    });
    return rows;
  }

  /** The same, of rows with one key the last. */
  lastRows(): Uint32Array {
    const rows = new Uint32Array(this.distinct);
    this.numbers.forEach((number, row) => {
      rows[number] = row;
    });
    return rows;
  }

  pick(rows: ArrayLike<number>): RowKeys {
    const table = new KeyTable();
    const numbers = Uint32Array.from(rows, (row) => table.add(this.keyOf(row) as number));
    return new RowKeys(table, numbers);
  }
}
