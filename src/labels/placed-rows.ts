import { closeSync, openSync, readSync } from 'node:fs';
import { UserError } from '../errors.js';
import { type JudgedRow, judgedRowSchema } from '../records.js';
import { keyNumber } from '../row-key.js';
import { numbers } from '../rows/column.js';
import type { RowKeys } from '../rows/keys.js';
import type { RowList } from '../rows/table.js';
import type { LabelNames } from '../terms.js';
import type { JudgedLine } from './judged-rows.js';
import { quickJudgedRow } from './quick-row.js';

const NEWLINE = 10;
const PIECE_BYTES = 1 << 18;

/** Where the rows of a label file stand. */
export interface Places {
  readonly path: string;
  readonly names: LabelNames;
  /** Where the line of each row begins: in bytes. */
  readonly starts: Float64Array;
  readonly keys: RowKeys;
}

/**
 * The rows of a label file, each read from its place when it is asked for: texts take more memory than
 * all that figures are made of.
 */
export class PlacedRows implements RowList {
  readonly #places: Places;
  readonly #schema: ReturnType<typeof judgedRowSchema>;
  /** What was read last, and where it stands in the file. */
  #piece: Buffer = Buffer.alloc(0);
  #pieceStart = 0;

  constructor(places: Places) {
    this.#places = places;
    this.#schema = judgedRowSchema(places.names);
  }

  get length(): number {
    return this.#places.starts.length;
  }

  *[Symbol.iterator](): Generator<JudgedRow> {
    for (const [row, start] of this.#places.starts.entries()) yield this.#read(row, start);
  }

  /** @throws UserError where another row stands there by now */
  at(row: number): JudgedRow | undefined {
    const start = this.#places.starts[row];
    return start === undefined ? undefined : this.#read(row, start);
  }

  #read(row: number, start: number): JudgedRow {
    try {
      const value: unknown = JSON.parse(this.#lineAt(start));
      const found = quickJudgedRow(value, this.#places.names) ?? this.#schema.parse(value);
      if (keyNumber(found.ds_original_idx, found.input) === this.#places.keys.keyOf(row))
        return found;
    } catch (cause) {
      throw this.#hasChanged(cause);
    }
    throw this.#hasChanged();
  }

  #lineAt(start: number): string {
    let from = start - this.#pieceStart;
    let end = from < 0 ? -1 : this.#piece.indexOf(NEWLINE, from);
    for (let bytes = PIECE_BYTES; end === -1; bytes *= 2) {
      const isLast = this.#fill(start, bytes) < bytes;
      from = 0;
      end = this.#piece.indexOf(NEWLINE);
      if (end === -1 && isLast) end = this.#piece.length;
    }
    return this.#piece.toString('utf8', from, end).replace(/^\uFEFF/, '');
  }

  /** @returns how many bytes there were */
  #fill(start: number, bytes: number): number {
    const piece = Buffer.allocUnsafe(bytes);
    const descriptor = openSync(this.#places.path, 'r');
    let read = 0;
    try {
      for (let got = -1; got !== 0 && read < bytes; read += got) {
        got = readSync(descriptor, piece, read, bytes - read, start + read);
      }
    } finally {
      closeSync(descriptor);
    }
    this.#piece = piece.subarray(0, read);
    this.#pieceStart = start;
    return read;
  }

  #hasChanged(cause?: unknown): UserError {
    return new UserError(`${this.#places.path} has changed since it was read`, {
      hint: 'run the same command again',
      cause,
    });
  }
}

/** Notes where rows stand as they are read; of those that stand nowhere it holds the rows themselves. */
export class PlacesBuilder {
  readonly #starts = numbers();
  readonly #held: JudgedRow[] = [];
  #length = 0;

  add({ value, start }: JudgedLine): void {
    if (start === undefined) this.#held.push(value);
    else this.#starts.put(this.#length, start);
    this.#length += 1;
  }

  build(known: Omit<Places, 'starts'>): RowList {
    if (this.#held.length > 0) return this.#held;
    return new PlacedRows({ ...known, starts: this.#starts.takeAll(this.#length) });
  }
}
