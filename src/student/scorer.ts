import { UserError } from '../errors.js';
import { countFeatures, FEATURES, SUBLINEAR } from './features.js';
import {
  averageLogit,
  type Calibration,
  calibrate,
  type FittedHead,
  headLogit,
} from './fitted-model.js';
import { type Packed, unpack } from './packed-numbers.js';
import { LABELS_BEFORE_TASKS, RETRAIN } from './student-format.js';

/**
 * Labels a text. It is synchronous, and the same text gives the same score in every engine.
 *
 * @param text - of which the first 20,000 characters are read
 * @param embedding - of the text, by the model that the student learned with; needed only where
 *   the student has a head on embeddings
 * @returns the score, P(positive) from 0 to 1, and the label under its name in the student's task:
 *   the positive one where the score reaches the student's threshold
 * @throws UserError when the student needs an embedding and is given none, one of another length,
 *   or one with a number that is not finite
 */
export type Scorer = (
  text: string,
  embedding?: Float32Array,
) => { readonly label: string; readonly score: number };

/** What scoring needs of a student; the rest of its file is history. */
export interface ScoringModel {
  readonly calibration: Calibration;
  readonly threshold: number;
  /** How its task calls the two labels; toxicity's names where it does not say. */
  readonly task?: { readonly positive: string; readonly negative: string } | undefined;
  readonly ngrams: { readonly bias: number; readonly weights: Packed; readonly idf: Packed };
  readonly embedding: PackedHead | null;
}

interface PackedHead {
  readonly embedder: string;
  readonly dimensions: number;
  readonly bias: number;
  readonly weights: Packed;
  readonly mean: Packed;
  readonly factor: Packed;
}

/**
 * Makes a student ready to score.
 *
 * @param source - names its file in an error
 * @throws UserError when its packed numbers are not as many as they must be
 */
export function scorerOf(
  { calibration, threshold, task, ngrams, embedding }: ScoringModel,
  source = 'the student',
): Scorer {
  const numbers: Unpack = (key, packed, length) => {
    const values = unpack(packed, length);
    if (values) return values;
    throw new UserError(`${source} is damaged: "${key}" does not hold ${length} numbers`, {
      hint: RETRAIN,
    });
  };
  const ngramLogit = ngramsOf(
    ngrams.bias,
    numbers('ngrams.weights', ngrams.weights, FEATURES.buckets),
    numbers('ngrams.idf', ngrams.idf, FEATURES.buckets),
  );
  const head = embedding && headOf(embedding, numbers);
  const { positive, negative } = task ?? LABELS_BEFORE_TASKS;
  return (text, vector) => {
    const z = ngramLogit(text);
    const score = calibrate(calibration, head ? averageLogit(z, head(vector)) : z);
    return { label: score >= threshold ? positive : negative, score };
  };
}

/** The log odds of a text: bias + weights . features, which are weighed and scaled to length 1. */
function ngramsOf(
  bias: number,
  weights: Float32Array,
  scale: Float32Array,
): (text: string) => number {
  // What is needed of a bucket stands together: most of the time goes into fetching it.
  const pairs = new Float32Array(2 * scale.length);
  scale.forEach((value, bucket) => {
    pairs[2 * bucket] = value;
    pairs[2 * bucket + 1] = value * (weights[bucket] as number);
  });
  return (text) => {
    const { size, buckets, counts } = countFeatures(text);
    let sum = 0;
    let squares = 0;
    for (let i = 0; i < size; i++) {
      const bucket = buckets[i] as number;
      const count = SUBLINEAR[counts[i] as number] as number;
      const value = count * (pairs[2 * bucket] as number);
      sum += count * (pairs[2 * bucket + 1] as number);
      squares += value * value;
    }
    return bias + (squares === 0 ? 0 : sum / Math.sqrt(squares));
  };
}

type Unpack = (key: string, packed: Packed, length: number) => Float32Array;

/** The log odds that a head gives an embedding, which is checked first. */
function headOf(
  { embedder, dimensions, bias, weights, mean, factor }: PackedHead,
  numbers: Unpack,
): (vector: Float32Array | undefined) => number {
  const head: FittedHead = {
    model: { bias, weights: numbers('embedding.weights', weights, dimensions) },
    mean: numbers('embedding.mean', mean, dimensions),
    factor: numbers('embedding.factor', factor, dimensions),
  };
  const hint = `it needs the embeddings of ${embedder}, unchanged`;
  return (vector) => {
    if (vector?.length !== dimensions) {
      throw new UserError(
        `the embedding has ${vector?.length ?? 0} dimensions, the student learned with ${dimensions}`,
        { hint },
      );
    }
    if (!vector.every(Number.isFinite)) {
      throw new UserError('the embedding holds a number that is not finite', { hint });
    }
    return headLogit(head, vector);
  };
}
