import { UserError } from '../errors.js';
import { countFeatures, FEATURES, weigh } from './features.js';
import {
  averageLogit,
  type Calibration,
  calibrate,
  type FittedHead,
  headLogit,
  logit,
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
  const model = {
    bias: ngrams.bias,
    weights: numbers('ngrams.weights', ngrams.weights, FEATURES.buckets),
  };
  const idf = numbers('ngrams.idf', ngrams.idf, FEATURES.buckets);
  const head = embedding && headOf(embedding, numbers);
  const { positive, negative } = task ?? LABELS_BEFORE_TASKS;
  return (text, vector) => {
    const z = logit(model, weigh(countFeatures(text), idf));
    const score = calibrate(calibration, head ? averageLogit(z, head(vector)) : z);
    return { label: score >= threshold ? positive : negative, score };
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
