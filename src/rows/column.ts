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

  /** @param none - what stands where a row has no value */
  constructor(make: new (length: number) => A, none: number) {
    this.#make = make;
    this.#none = none;
    this.#values = new make(0);
  }

  put(row: number, value: number): void {
    if (row >= this.#values.length) this.#grow(row);
    this.#values[row] = value;
  }

  clear(row: number): void {
    if (row < this.#values.length) this.#values[row] = this.#none;
  }

  at(row: number): number {
    return this.#values[row] ?? this.#none;
  }

  /** All of so many rows; undefined where none has a value. */
  take(rows: number): A | undefined {
    return this.#values.length === 0 ? undefined : this.takeAll(rows);
  }

  /** The same, whether or not there are values. */
  takeAll(rows: number): A {
    if (rows > this.#values.length) this.#grow(rows - 1);
    return this.#values.slice(0, rows) as A;
  }

  #grow(row: number): void {
    const before = this.#values;
    const length = Math.max(FIRST_LENGTH, 2 * before.length, row + 1);
    this.#values = new this.#make(length);
    this.#values.set(before);
    if (this.#none !== 0) this.#values.fill(this.#none, before.length);
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

/** The number of a row; undefined where it has none. */
export function valueAt(values: Float64Array | undefined, row: number): number | undefined {
  const value = values?.[row];
  return value === undefined || Number.isNaN(value) ? undefined : value;
}
