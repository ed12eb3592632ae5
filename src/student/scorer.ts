import { UserError } from '../errors.js';
import { calibrate } from './calibration.js';
import { type FittedHead, headLogit } from './embedding-head.js';
import { countFeatures, FEATURES, weigh } from './features.js';
import { logit } from './logistic.js';
import { type Packed, unpack } from './packed-numbers.js';
import type { Student } from './student-schema.js';
import { averageLogit } from './train-student.js';

/** P(toxic) of a text, and of its embedding where the student has a head for it. */
export type Scorer = (text: string, embedding?: Float32Array) => number;

/**
 * Makes a student ready to score.
 *
 * @throws UserError when its packed numbers are not as many as they must be
 */
export function scorerOf(student: Student): Scorer {
  const { calibration, ngrams, embedding } = student;
  const idf = numbers(ngrams.idf, FEATURES.buckets, 'ngrams.idf');
  const weights = numbers(ngrams.weights, FEATURES.buckets, 'ngrams.weights');
  const model = { bias: ngrams.bias, weights };
  const head = embedding && headOf(embedding);
  return (text, vector) => {
    const z = logit(model, weigh(countFeatures(text), idf));
    if (!head) return calibrate(calibration, z);
    if (vector?.length !== head.mean.length) {
      throw new UserError(
        `the embedding has ${vector?.length ?? 0} dimensions, the student learned with ${head.mean.length}`,
        { hint: `it needs the embeddings of ${embedding?.embedder}, unchanged` },
      );
    }
    return calibrate(calibration, averageLogit(z, headLogit(head, vector)));
  };
}

function headOf({
  dimensions,
  bias,
  weights,
  mean,
  factor,
}: NonNullable<Student['embedding']>): FittedHead {
  return {
    model: { bias, weights: numbers(weights, dimensions, 'embedding.weights') },
    mean: numbers(mean, dimensions, 'embedding.mean'),
    factor: numbers(factor, dimensions, 'embedding.factor'),
  };
}

function numbers(packed: Packed, length: number, key: string): Float32Array {
  const values = unpack(packed, length);
  if (values) return values;
  throw new UserError(`"${key}" of the student does not hold ${length} numbers`, {
    hint: 'the file is damaged: train the student again',
  });
}
