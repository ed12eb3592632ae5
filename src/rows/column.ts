type Numbers = Float64Array | Int8Array | Uint8Array | Uint32Array;

const FIRST_LENGTH = 1024;

/**
 * Numbers by row, put down as rows come: a few bytes each, and none at all while no row has one.
 */
export class Column<A extends Numbers> {
  readonly #make: new (
    length: number,
  ) => A;
  readonly #none: number;
  #values: A;
  /** Behind the last row that was put down. */
  #end = 0;

  /** @param none - what stands where a row has no value */
  constructor(make: new (length: number) => A, none: number) {
    this.#make = make;
    this.#none = none;
    this.#values = new make(0);
  }

  put(row: number, value: number): void {
    if (row >= this.#end) this.#reach(row + 1);
    this.#values[row] = value;
  }

  clear(row: number): void {
    if (row < this.#end) this.#values[row] = this.#none;
  }

  at(row: number): number {
    return row < this.#end ? (this.#values[row] as number) : this.#none;
  }

  /** All of so many rows; undefined where none has a value. */
  take(rows: number): A | undefined {
    return this.#end === 0 ? undefined : this.takeAll(rows);
  }

  /** The same, whether or not there are values. */
  takeAll(rows: number): A {
    if (rows > this.#end) this.#reach(rows);
    return this.#values.subarray(0, rows) as A;
  }

  #reach(end: number): void {
    if (end > this.#values.length) {
      const before = this.#values;
      this.#values = new this.#make(Math.max(FIRST_LENGTH, 2 * before.length, end));
      this.#values.set(before);
    }
    if (this.#none !== 0) this.#values.fill(this.#none, this.#end, end);
    this.#end = end;
  }
}

/** Numbers of which NaN says that there is none. */
export const numbers = () => new Column(Float64Array, Number.NaN);

/** The values of some rows, in the order of these. */
export function pick<A extends Numbers>(values: A, rows: ArrayLike<number>): A {
  const picked = new (values.constructor as new (length: number) => A)(rows.length);
  for (let i = 0; i < rows.length; i++) picked[i] = values[rows[i] as number] as number;
  return picked;
}

/** Columns by their names; one is absent where no row has a value. */
export type ByName = Readonly<Record<string, Numbers | undefined>>;

/** The values of some rows, of each column. */
export const pickEach = <C extends ByName>(columns: C, rows: ArrayLike<number>): C =>
  Object.fromEntries(
    Object.entries(columns).map(([name, values]) => [name, values && pick(values, rows)]),
  ) as C; // As many of each kind as there were.

/** The number of a row; undefined where it has none. */
export function valueAt(values: Float64Array | undefined, row: number): number | undefined {
  const value = values?.[row];
  return value === undefined || Number.isNaN(value) ? undefined : value;
}

/** The rows of which something holds, in their order. */
export function rowsWhere(rows: number, holds: (row: number) => boolean): Uint32Array {
  const found = new Uint32Array(rows);
  let count = 0;
  for (let row = 0; row < rows; row++) if (holds(row)) found[count++] = row;
  return found.slice(0, count);
}

/** A column of small numbers, such as labels, row by row. */
export function codesBy(rows: number, codeOf: (row: number) => number): Int8Array {
  // `Int8Array.from` makes a list of them all first.
  const codes = new Int8Array(rows);
  for (let row = 0; row < rows; row++) codes[row] = codeOf(row);
  return codes;
}

/** How many rows have a value. */
export function countOf(values: Int8Array | Uint8Array, wanted: number): number {
  let count = 0;
  for (let row = 0; row < values.length; row++) if (values[row] === wanted) count += 1;
  return count;
}

/** The numbers that there are, in the order of their rows. */
export function knownIn(values: Float64Array): Float64Array {
  const known = new Float64Array(values.length);
  let count = 0;
  for (const value of values) if (!Number.isNaN(value)) known[count++] = value;
  return known.slice(0, count);
}
