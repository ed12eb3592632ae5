import { drawIndices } from '../metrics/sampling.js';
import type { Sample } from '../sample.js';

/** How a row that was asked came to be asked. */
type Asked = Pick<Sample, 'index' | 'sampleFraction' | 'sampleRank'>;

/**
 * A pool of rows in a seeded shuffle. The uniform sample of a file is always the first so many rows
 * of it: rows that a student picked keep their place, and belong to the sample once it reaches them,
 * so that picking takes nothing away from it (permanent random numbers).
 *
 * @see Ohlsson, Coordination of samples using permanent random numbers (1995)
 */
export class UniformStream {
  readonly total: number;
  readonly #order: readonly number[];
  readonly #places: Int32Array;

  constructor(total: number, seed: number) {
    this.total = total;
    this.#order = drawIndices(total, total, seed);
    this.#places = new Int32Array(total);
    this.#order.forEach((index, place) => {
      this.#places[index] = place;
    });
  }

  /** The place of a row in the shuffle, as a share of its length. */
  rankOf = (index: number) => (this.#places[index] ?? 0) / this.total;

  /** The first so many rows. */
  first = (size: number): readonly number[] => this.#order.slice(0, size);

  /** How many of the first rows the rows that were asked say were drawn. */
  drawnBy(asked: readonly Asked[]): number {
    const fraction = asked.reduce(
      (most, { sampleFraction = 0 }) => Math.max(most, sampleFraction),
      0,
    );
    return Math.round(fraction * this.total);
  }

  /** A row that was drawn by another shuffle: with another seed, or from other rows. */
  stranger<Row extends Asked>(asked: readonly Row[]): Row | undefined {
    const drawn = this.drawnBy(asked);
    return asked.find(({ index, sampleFraction, sampleRank }) => {
      if (index >= this.total) return true;
      if (sampleRank !== undefined) return sampleRank !== this.rankOf(index);
      return sampleFraction !== undefined && (this.#places[index] ?? 0) >= drawn;
    });
  }
}
