import type { Price } from '../pricing/prices.js';
import type { PossiblyBilled } from '../requests/sender.js';
import type { Usage } from '../verdict.js';
import type { Example } from './examples.js';
import { type FittedHead, headLogit, type Standardization, standardize } from './fitted-model.js';
import { fitLogistic } from './logistic.js';
import { type Part, pick } from './parts.js';

/** Turns texts into vectors: for example a model behind an `/embeddings` endpoint. */
export interface Embedder {
  /** Identifies the model: a student scores only with the one it was trained with. */
  readonly id: string;
  /** The price of its tokens; undefined where it is unknown. */
  readonly price?: Price | undefined;
  /** Requests that may have been billed and gave nothing. Absent where there are none. */
  readonly possiblyBilled?: (() => PossiblyBilled) | undefined;
  /** Counts what was made for so many dollars and could not be written. */
  readonly addPossiblyBilled?: ((usd: number) => void) | undefined;
  /**
   * One vector per text, in the same order, all of the same length.
   *
   * @param onUsage - told the tokens of each request, null where the server does not count them
   */
  embed(
    texts: readonly string[],
    signal?: AbortSignal,
    onUsage?: (usage: Usage | null) => void,
  ): Promise<Float32Array[]>;
}

/** Texts that are embedded in one request, at most. */
export const TEXTS_A_REQUEST = 64;

/**
 * Rows come to a length of about 1, whatever the dimensions. Best of 0.3 to 100 on 128 dimensions
 * of latent semantic analysis of ToxicChat's train split, where the mean of the log odds also
 * ranked no worse than that of the probabilities.
 */
const STRENGTH = 1;

/** A dimension that varies less is taken as constant, and not used. */
const LEAST_DEVIATION = 1e-6;

/** A logistic regression on standardised embeddings, one for each example. */
export function embeddingPart(
  examples: readonly Example[],
  vectors: readonly Float32Array[],
): Part<FittedHead> {
  return {
    fit(places) {
      const chosen = pick(vectors, places);
      const standardization = standardizationOf(chosen);
      const model = fitLogistic({
        rows: chosen.map((vector) => standardize(vector, standardization)),
        targets: pick(examples, places).map(({ target }) => target),
        dimensions: standardization.mean.length,
        strength: STRENGTH,
      });
      return { ...standardization, model };
    },
    logit: (head, place) => headLogit(head, vectors[place] ?? new Float32Array()),
  };
}

function standardizationOf(vectors: readonly Float32Array[]): Standardization {
  const dimensions = vectors[0]?.length ?? 0;
  const mean = averages(vectors, dimensions, (value) => value);
  const variance = averages(vectors, dimensions, (value, j) => {
    const deviation = value - (mean[j] ?? 0);
    return deviation * deviation;
  });
  const factor = variance.map((squared) => {
    const deviation = Math.sqrt(squared);
    return deviation < LEAST_DEVIATION ? 0 : 1 / (deviation * Math.sqrt(dimensions));
  });
  return { mean: Float32Array.from(mean), factor: Float32Array.from(factor) };
}

function averages(
  vectors: readonly Float32Array[],
  dimensions: number,
  of: (value: number, dimension: number) => number,
): Float64Array {
  const sums = new Float64Array(dimensions);
  for (const vector of vectors) {
    for (let j = 0; j < dimensions; j++) sums[j] = (sums[j] ?? 0) + of(vector[j] ?? 0, j);
  }
  return sums.map((sum) => sum / vectors.length);
}
