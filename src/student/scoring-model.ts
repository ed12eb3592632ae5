import { show, UserError } from '../errors.js';
import { FEATURES } from './features.js';
import { Field } from './field.js';
import type { Packed } from './packed-numbers.js';
import type { ScoringModel } from './scorer.js';
import { RETRAIN, STUDENT_SCHEMA, STUDENT_VERSION } from './student-format.js';

/**
 * Checks that a value is a student file of the version that is read here.
 *
 * @param source - names the file in an error
 * @throws UserError when it is not
 */
export function checkHead(value: unknown, source: string): asserts value is object {
  const head = new Field(value, { source, remedy: RETRAIN });
  const schema = head.at('schema');
  if (schema.value !== STUDENT_SCHEMA) {
    throw new UserError(`${source} is not a student file: ${schema.description}`, {
      hint: 'name a file that train wrote',
    });
  }
  const version = head.at('version');
  if (version.value !== STUDENT_VERSION) {
    throw new UserError(
      `${source} has "version" ${show(version.value)}, this release reads ${STUDENT_VERSION}`,
      { hint: 'train the student again, or use the release that wrote it' },
    );
  }
}

/**
 * Takes what scoring needs out of a parsed student file, and checks it without a schema library:
 * a browser need not load one. The lengths of packed numbers are checked where they are unpacked.
 *
 * @param source - names the file in an error
 * @throws UserError when a key is missing or wrong, naming it and the value seen
 */
export function toScoringModel(value: unknown, source: string): ScoringModel {
  checkHead(value, source);
  const file = new Field(value, { source, remedy: RETRAIN });
  for (const [key, expected] of Object.entries(FEATURES)) {
    file.at('features').at(key).expect(expected);
  }
  const calibration = file.at('calibration');
  const ngrams = file.at('ngrams');
  const embedding = file.at('embedding');
  return {
    calibration: {
      slope: calibration.at('slope').number((slope) => slope > 0),
      intercept: calibration.at('intercept').number(),
    },
    task: toTask(file.at('task')),
    threshold: file.at('threshold').number((threshold) => threshold >= 0 && threshold <= 1),
    ngrams: {
      bias: ngrams.at('bias').number(),
      weights: toPacked(ngrams.at('weights')),
      idf: toPacked(ngrams.at('idf')),
    },
    embedding: embedding.value === null ? null : toHead(embedding),
  };
}

function toTask(task: Field): ScoringModel['task'] {
  if (task.value === undefined) return undefined;
  return { positive: task.at('positive').text(), negative: task.at('negative').text() };
}

const toHead = (head: Field): ScoringModel['embedding'] => ({
  embedder: head.at('embedder').text(),
  dimensions: head.at('dimensions').number((n) => Number.isInteger(n) && n > 0),
  bias: head.at('bias').number(),
  weights: toPacked(head.at('weights')),
  mean: toPacked(head.at('mean')),
  factor: toPacked(head.at('factor')),
});

const toPacked = (packed: Field): Packed => ({
  scale: packed.at('scale').number((scale) => scale >= 0),
  int16: packed.at('int16').text(),
});
