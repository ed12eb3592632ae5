import type { JudgedRow } from '../records.js';
import { UNIFORM } from '../terms.js';
import { Column, numbers } from './column.js';

/** How rows came to be asked, as far as it is on record: NaN where nothing is. */
export type Drawing = {
  /** The probability in the dataset's own column. */
  readonly own: Float64Array;
  /** The share of the split that was drawn. */
  readonly fractions: Float64Array;
  readonly ranks: Float64Array;
  /** Who picked a row: {@link PICKERS}. */
  readonly pickers: Uint8Array;
  /** The split of each row, numbered from 0. */
  readonly splits: Uint32Array;
};

export const PICKERS = { nobody: 0, chance: 1, student: 2 } as const;

export class DrawingBuilder {
  readonly #own = numbers();
  readonly #fractions = numbers();
  readonly #ranks = numbers();
  readonly #pickers = new Column(Uint8Array, PICKERS.nobody);
  readonly #splits = new Column(Uint32Array, 0);
  readonly #numbers = new Map<string, number>();
  #last: { dataset: unknown; split: unknown; number: number } | undefined;
  #isKnown = false;

  put(place: number, row: JudgedRow): void {
    const { sampling_probability, sample_fraction, sample_rank, picked_by } = row;
    this.#splits.put(place, this.#numberOf(row));
    if (sampling_probability != null) this.#note(this.#own, place, sampling_probability);
    if (sample_fraction !== undefined) this.#note(this.#fractions, place, sample_fraction);
    if (sample_rank !== undefined) this.#note(this.#ranks, place, sample_rank);
    if (picked_by === undefined) return;
    const picker = picked_by === UNIFORM ? PICKERS.chance : PICKERS.student;
    this.#note(this.#pickers, place, picker);
  }

  /** Undefined where nothing is on record of any row. */
  build(rows: number): Drawing | undefined {
    if (!this.#isKnown) return undefined;
    return {
      own: this.#own.takeAll(rows),
      fractions: this.#fractions.takeAll(rows),
      ranks: this.#ranks.takeAll(rows),
      pickers: this.#pickers.takeAll(rows),
      splits: this.#splits.takeAll(rows),
    };
  }

  #note(column: { put(place: number, value: number): void }, place: number, value: number): void {
    column.put(place, value);
    this.#isKnown = true;
  }

  /** Most rows are of the split of the one before. */
  #numberOf({ dataset, split }: JudgedRow): number {
    if (this.#last?.dataset === dataset && this.#last?.split === split && this.#last)
      return this.#last.number;
    const name = JSON.stringify([dataset ?? null, split ?? null]);
    const number = this.#numbers.get(name) ?? this.#numbers.size;
    this.#numbers.set(name, number);
    this.#last = { dataset, split, number };
    return number;
  }
}

/** What is on record of rows that are held as they are. */
export function drawingIn(rows: Iterable<JudgedRow>): Drawing | undefined {
  const builder = new DrawingBuilder();
  let place = 0;
  for (const row of rows) builder.put(place++, row);
  return builder.build(place);
}
