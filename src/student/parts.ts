import type { Example } from './examples.js';
import type { Breathe, FeatureMatrix } from './feature-matrix.js';
import { SUBLINEAR } from './features.js';
import type { LinearModel } from './fitted-model.js';
import { fitSquaredHinge } from './squared-hinge.js';
import { weighBuckets } from './weighting.js';

/** One view of the examples that a linear model can be fitted to. */
export interface Part<Fitted> {
  /** Fits to the examples of these places alone: nothing of the others may reach it. */
  fit(places: readonly number[], breathe: Breathe): Fitted | Promise<Fitted>;
  /** The log odds of the example at any place, before calibration. */
  logit(fitted: Fitted, place: number): number;
}

/** By cross-validation on ToxicChat's train split 0.5 to 2 are alike (`npm run bench:student`). */
const STRENGTH = 1;

export interface FittedNgrams {
  /** The weight of each bucket in a text. */
  readonly scale: Float32Array;
  readonly model: LinearModel;
}

/**
 * Hashed n-grams of words and characters.
 *
 * @param matrix - of the examples, in their order
 */
export function ngramPart(
  examples: readonly Example[],
  matrix: FeatureMatrix,
  strength = STRENGTH,
): Part<FittedNgrams> {
  const targets = Float64Array.from(examples, ({ target }) => target);
  return {
    async fit(places, breathe) {
      const rows = Uint32Array.from(places);
      const scale = weighBuckets(matrix, rows, targets);
      const observed = { matrix, scale, rows, targets, strength };
      return { scale, model: await fitSquaredHinge(observed, breathe) };
    },
    logit: (fitted, place) => ngramLogit(fitted, matrix, place),
  };
}

function ngramLogit(
  { scale, model: { bias, weights } }: FittedNgrams,
  { starts, buckets, counts }: FeatureMatrix,
  row: number,
): number {
  const end = starts[row + 1] as number;
  let sum = 0;
  let squares = 0;
  for (let i = starts[row] as number; i < end; i++) {
    const bucket = buckets[i] as number;
    const value = (SUBLINEAR[counts[i] as number] as number) * (scale[bucket] as number);
    sum += value * (weights[bucket] as number);
    squares += value * value;
  }
  return bias + (squares === 0 ? 0 : sum / Math.sqrt(squares));
}

/** The values at the places. */
export const pick = <T>(values: readonly T[], places: readonly number[]): T[] =>
  places.flatMap((place) => {
    const value = values[place];
    return value === undefined ? [] : [value];
  });
