import { distanceFrom } from '../cascade/band.js';
import type { PickBy } from '../terms.js';

/** A row that a student would have labelled. */
export interface Wanted {
  readonly index: number;
  readonly text: string;
  /** The higher, the more it is wanted. */
  readonly priority: number;
}

/** The rows of the highest priority among those that are offered; of equal ones the first. */
export class MostWanted {
  readonly #size: number;
  /** The most wanted first. */
  readonly #rows: Wanted[] = [];

  constructor(size: number) {
    this.#size = size;
  }

  offer(row: Wanted): void {
    const least = this.#rows[this.#size - 1];
    if (least && !isBefore(row, least)) return;
    let [low, high] = [0, this.#rows.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (isBefore(row, this.#rows[middle] ?? row)) high = middle;
      else low = middle + 1;
    }
    this.#rows.splice(low, 0, row);
    if (this.#rows.length > this.#size) this.#rows.pop();
  }

  /** The most wanted first. */
  get rows(): readonly Wanted[] {
    return this.#rows;
  }
}

const isBefore = (a: Wanted, b: Wanted) =>
  a.priority > b.priority || (a.priority === b.priority && a.index < b.index);

/**
 * How much each way of picking wants a row: `score` the likely positive ones, `uncertainty` those
 * whose score is nearest to the threshold in log odds.
 */
export const PRIORITIES: Readonly<
  Record<Exclude<PickBy, 'mix'>, (score: number, threshold: number) => number>
> = {
  score: (score) => score,
  uncertainty: (score, threshold) => -distanceFrom(threshold, score),
};
