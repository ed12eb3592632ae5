import type { RandomGenerator } from 'pure-rand/types/RandomGenerator';
import { drawBelow, seededRandom } from '../metrics/sampling.js';
import type { Breathe, FeatureMatrix } from './feature-matrix.js';
import { SUBLINEAR } from './features.js';
import type { LinearModel } from './fitted-model.js';

/** What a support vector machine is fitted to. */
export interface WeightedRows {
  readonly matrix: FeatureMatrix;
  /** The weight of each bucket. A row is weighed by them, and scaled to length 1. */
  readonly scale: Float32Array;
  /** Rows of the matrix, to learn from. */
  readonly rows: Uint32Array;
  /**
   * P(positive) of each row of the matrix. A row with a soft label is learned as two, positive by
   * this part and negative by the rest.
   */
  readonly targets: ArrayLike<number>;
  /** The weight of the data against the penalty on large weights: scikit-learn's C. */
  readonly strength: number;
}

/** As liblinear stops: where no projected gradient is further from the others. */
const TOLERANCE = 0.1;
const MOST_PASSES = 200;
/** Rows between two breaths: some 20 ms of ToxicChat's. */
const ROWS_A_BREATH = 2_000;

/**
 * Fits a linear support vector machine with the squared hinge loss: the least
 * |weights|^2 / 2 + strength * sum of max(0, 1 - y z)^2, with the bias as one more weight. It is found
 * in the dual, a row at a time in the order of a seeded draw; rows beyond the margin are passed over.
 * The same input gives the same bits.
 *
 * @param breathe - called before each pass over the rows, and within it where it is long
 * @returns weights for rows that are weighed by `scale` and of length 1
 * @see Hsieh et al., A Dual Coordinate Descent Method for Large-scale Linear SVM (2008), algorithm 3
 */
export async function fitSquaredHinge(
  observed: WeightedRows,
  breathe: Breathe,
): Promise<LinearModel> {
  const dual = new Dual(observed);
  const random = seededRandom(0);
  for (let pass = 0; pass < MOST_PASSES; pass++) {
    if ((await dual.pass(random, breathe)) <= TOLERANCE && !dual.takeAllBack()) break;
  }
  return dual.model();
}

class Dual {
  readonly #matrix: FeatureMatrix;
  readonly #scale: Float32Array;
  /**
   * Of each bucket weight times scale, by which a count is multiplied, and behind it the square of
   * the scale, by which it moves: most of the time goes into fetching them.
   */
  readonly #point: Float64Array;
  #bias = 0;
  /** By observation: its row, whether it is positive (1 or -1), and 1 / (2 * its strength). */
  readonly #row: Uint32Array;
  readonly #sign: Int8Array;
  readonly #slack: Float64Array;
  readonly #alpha: Float64Array;
  /** By row of the matrix: 1 / its length, 0 of an empty one. */
  readonly #factor: Float64Array;
  /** Observations; those at the end are passed over. */
  readonly #order: Uint32Array;
  #active: number;
  #largestBefore = Number.POSITIVE_INFINITY;

  constructor({ matrix, scale, rows, targets, strength }: WeightedRows) {
    this.#matrix = matrix;
    this.#scale = scale;
    this.#point = new Float64Array(2 * scale.length);
    const point = this.#point;
    for (let bucket = 0; bucket < scale.length; bucket++) {
      const value = scale[bucket] as number;
      point[2 * bucket + 1] = value * value;
    }
    const isSoft = (row: number) => (targets[row] as number) > 0 && (targets[row] as number) < 1;
    const count = rows.length + rows.filter(isSoft).length;
    this.#row = new Uint32Array(count);
    this.#sign = new Int8Array(count);
    this.#slack = new Float64Array(count);
    this.#alpha = new Float64Array(count);
    this.#factor = new Float64Array(matrix.rows);
    this.#order = new Uint32Array(count).map((_, i) => i);
    this.#active = count;
    let observation = 0;
    for (const row of rows) {
      this.#factor[row] = inverseLength(matrix, row, scale);
      const target = targets[row] as number;
      for (const [sign, part] of [[1, target] as const, [-1, 1 - target] as const]) {
        if (part === 0) continue;
        this.#row[observation] = row;
        this.#sign[observation] = sign;
        this.#slack[observation++] = 1 / (2 * strength * part);
      }
    }
  }

  /** Moves each observation that is not passed over. @returns how far the gradients lie apart */
  async pass(random: RandomGenerator, breathe: Breathe): Promise<number> {
    const [order, alpha] = [this.#order, this.#alpha];
    let largest = Number.NEGATIVE_INFINITY;
    let smallest = Number.POSITIVE_INFINITY;
    shuffle(order, this.#active, random);
    for (let place = 0; place < this.#active; place++) {
      if (place % ROWS_A_BREATH === 0) await breathe();
      const i = order[place] as number;
      const row = this.#row[i] as number;
      const sign = this.#sign[i] as number;
      const slack = this.#slack[i] as number;
      const before = alpha[i] as number;
      const gradient = sign * this.#logit(row) - 1 + before * slack;
      if (before === 0 && gradient > this.#largestBefore) {
        this.#active -= 1;
        order[place] = order[this.#active] as number;
        order[this.#active] = i;
        place -= 1;
        continue;
      }
      const projected = before === 0 ? Math.min(gradient, 0) : gradient;
      largest = Math.max(largest, projected);
      smallest = Math.min(smallest, projected);
      if (projected === 0) continue;
      const squaredLength = (this.#factor[row] === 0 ? 0 : 1) + 1;
      const after = Math.max(before - gradient / (squaredLength + slack), 0);
      alpha[i] = after;
      this.#move(row, (after - before) * sign);
    }
    this.#largestBefore = largest <= 0 ? Number.POSITIVE_INFINITY : largest;
    return largest - smallest;
  }

  /** Looks at all observations again. @returns false where none was passed over */
  takeAllBack(): boolean {
    if (this.#active === this.#order.length) return false;
    this.#active = this.#order.length;
    this.#largestBefore = Number.POSITIVE_INFINITY;
    return true;
  }

  model(): LinearModel {
    const [scale, point] = [this.#scale, this.#point];
    const weights = new Float32Array(scale.length);
    for (let bucket = 0; bucket < scale.length; bucket++) {
      const value = scale[bucket] as number;
      if (value !== 0) weights[bucket] = (point[2 * bucket] as number) / value;
    }
    return { bias: this.#bias, weights };
  }

  #logit(row: number): number {
    const { starts, buckets, counts } = this.#matrix;
    const point = this.#point;
    const end = starts[row + 1] as number;
    let sum = 0;
    for (let i = starts[row] as number; i < end; i++) {
      const weight = point[2 * (buckets[i] as number)] as number;
      sum += weight * (SUBLINEAR[counts[i] as number] as number);
    }
    return this.#bias + sum * (this.#factor[row] as number);
  }

  #move(row: number, step: number): void {
    const { starts, buckets, counts } = this.#matrix;
    const point = this.#point;
    const size = step * (this.#factor[row] as number);
    const end = starts[row + 1] as number;
    for (let i = starts[row] as number; i < end; i++) {
      const at = 2 * (buckets[i] as number);
      const value = (SUBLINEAR[counts[i] as number] as number) * (point[at + 1] as number);
      point[at] = (point[at] as number) + size * value;
    }
    this.#bias += step;
  }
}

function inverseLength(matrix: FeatureMatrix, row: number, scale: Float32Array): number {
  const { starts, buckets, counts } = matrix;
  const end = starts[row + 1] as number;
  let squares = 0;
  for (let i = starts[row] as number; i < end; i++) {
    const value =
      (SUBLINEAR[counts[i] as number] as number) * (scale[buckets[i] as number] as number);
    squares += value * value;
  }
  return squares === 0 ? 0 : 1 / Math.sqrt(squares);
}

/** Shuffles the first values of an array. */
function shuffle(values: Uint32Array, count: number, random: RandomGenerator): void {
  for (let i = count - 1; i > 0; i--) {
    const j = drawBelow(random, i + 1);
    const moved = values[i] as number;
    values[i] = values[j] as number;
    values[j] = moved;
  }
}
