import type { Example } from './examples.js';
import { type Breathe, countAll, type FeatureMatrix } from './feature-matrix.js';
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

/** Best of 0.25, 0.5, 1 and 2 by cross-validation on ToxicChat's train split, by a little. */
const STRENGTH = 1;

export interface FittedNgrams {
  /** The weight of each bucket in a text. */
  readonly scale: Float32Array;
  readonly model: LinearModel;
}

/** Hashed n-grams of words and characters. */
export async function ngramPart(
  examples: readonly Example[],
  breathe: Breathe,
): Promise<Part<FittedNgrams>> {
  const matrix = await countAll(examples, breathe);
  const targets = Float64Array.from(examples, ({ target }) => target);
  return {
    async fit(places, breatheInFit) {
      const rows = Uint32Array.from(places);
      const scale = weighBuckets(matrix, rows, targets);
      const observed = { matrix, scale, rows, targets, strength: STRENGTH };
      return { scale, model: await fitSquaredHinge(observed, breatheInFit) };
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
