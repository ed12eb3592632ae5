import { setImmediate as nextTurn } from 'node:timers/promises';
import { UserError } from '../errors.js';
import type { Interval } from '../metrics/intervals.js';
import { type Task, TOXICITY } from '../task/task.js';
import type { LabelSource } from '../terms.js';
import { crossValidatedFigures, FOLDS, fitDecision, outOfFoldLogits } from './cross-validation.js';
import { embeddingPart } from './embedding-head.js';
import { type Example, hashExamples } from './examples.js';
import { type Breathe, countAll, type FeatureMatrix } from './feature-matrix.js';
import { FEATURES } from './features.js';
import { averageLogit, type FittedHead } from './fitted-model.js';
import { groupByText, stratifiedFolds } from './folds.js';
import { packTexts } from './learned-texts.js';
import { groupNearTexts } from './near-groups.js';
import { packOutOfFold } from './out-of-fold.js';
import { pack } from './packed-numbers.js';
import { type FittedNgrams, ngramPart, type Part, pick } from './parts.js';
import { STUDENT_SCHEMA, STUDENT_VERSION } from './student-format.js';
import type { Student, StudentFigures } from './student-schema.js';

/** With fewer positive rows than this a student, and the figures about it, mean little. */
export const FEWEST_POSITIVE = 70;

export interface TrainingOptions {
  /** Whose labels the examples carry. */
  readonly labels: LabelSource;
  readonly teacher: Student['teacher'];
  /** Default: toxicity. */
  readonly task?: Task | undefined;
  /** Of the folds; nothing else is drawn. */
  readonly seed: number;
  /**
   * Which texts share a fold. Default: nearly equal ones, so that figures hold for texts unlike those that
   * were learned. `equal`: those alone, for figures of the rest of the pool that the examples are drawn
   * from, where near-duplicates of them wait too.
   */
  readonly oneFold?: 'equal' | undefined;
  /** One vector an example, for a head beside the n-grams. */
  readonly embeddings?: { readonly id: string; readonly vectors: readonly Float32Array[] };
  readonly signal?: AbortSignal | undefined;
  /** Told how many fits are finished, also where it is no more than before. */
  readonly onFit?: ((done: number, total: number) => void) | undefined;
}

/**
 * Trains a student: a linear support vector machine over hashed n-grams, and with embeddings a
 * logistic regression over these, their log odds averaged. Figures, calibration and threshold come from
 * cross-validation on the examples alone, of those that a student picked in part on the ones that were
 * drawn at random. The same examples in the same order, with the same
 * seed, give the same student to the last bit.
 *
 * @throws UserError when there are too few positive or too few other examples to cross-validate
 */
export async function trainStudent(
  examples: readonly Example[],
  { labels, teacher, task = TOXICITY, seed, oneFold, embeddings, signal, onFit }: TrainingOptions,
): Promise<Student> {
  refuseTooFew(examples, task);
  signal?.throwIfAborted();
  const total = (FOLDS + 1) * (embeddings ? 2 : 1);
  let done = 0;
  /** Training holds the process; signals and the progress bar get their turn here. */
  const breathe = async () => {
    await nextTurn();
    signal?.throwIfAborted();
    onFit?.(done, total);
  };
  const matrix = await countAll(examples, breathe);
  const groups = oneFold === 'equal' ? undefined : await groupsOf(examples, matrix, breathe);
  const foldOf = stratifiedFolds(examples, FOLDS, seed, groups);
  const validate = <Fitted>(part: Part<Fitted>) =>
    fitPart(part, foldOf, { breathe, onFit: () => onFit?.(++done, total) });
  const uniform = uniformPlaces(examples);
  const isEnough = hasEnough(pick(examples, uniform));
  const judged = isEnough ? uniform : [...examples.keys()];
  const judgedExamples = pick(examples, judged);
  const figures = (logits: readonly number[]) =>
    isEnough
      ? roundFigures(
          crossValidatedFigures(pick(logits, judged), judgedExamples, pick(foldOf, judged)),
        )
      : null;

  const ngrams = await validate(ngramPart(examples, matrix));
  const head = embeddings && (await validate(embeddingPart(examples, embeddings.vectors)));
  const logits = head ? averageOf(ngrams.logits, head.logits) : ngrams.logits;
  await breathe();
  const { calibration, threshold } = fitDecision(pick(logits, judged), judgedExamples);
  return {
    schema: STUDENT_SCHEMA,
    version: STUDENT_VERSION,
    name: labels === 'human' ? 'student of people' : `student of ${teacher?.model ?? 'a teacher'}`,
    labels,
    teacher,
    seed,
    task: { name: task.name, ...task.labels },
    data: {
      rows: examples.length,
      positive: countPositive(examples),
      soft: examples.filter(({ target }) => target > 0 && target < 1).length,
      sha256: hashExamples(examples),
      texts: packTexts(examples.map(({ input }) => input)),
    },
    report: {
      folds: FOLDS,
      ngrams: figures(ngrams.logits),
      ...(head ? { embeddings: figures(head.logits), average: figures(logits) } : {}),
      ...(uniform.length < examples.length
        ? { uniform: { rows: uniform.length, positive: countPositive(pick(examples, uniform)) } }
        : {}),
    },
    calibration: {
      slope: roundNumber(calibration.slope),
      intercept: roundNumber(calibration.intercept),
    },
    threshold: roundNumber(threshold),
    features: {
      ...FEATURES,
      word_ngrams: [...FEATURES.word_ngrams],
      character_ngrams: [...FEATURES.character_ngrams],
    },
    ngrams: packNgrams(ngrams.fitted),
    embedding: embeddings && head ? packHead(embeddings.id, head.fitted) : null,
    out_of_fold: packOutOfFold(pick(logits, judged), judgedExamples, calibration),
  };
}

/** The out-of-fold log odds of a part, and the part fitted to all examples. */
async function fitPart<Fitted>(
  part: Part<Fitted>,
  foldOf: readonly number[],
  { breathe, onFit }: { breathe: Breathe; onFit: () => void },
): Promise<{ logits: number[]; fitted: Fitted }> {
  const logits = await outOfFoldLogits(part, foldOf, { breathe, onFit });
  const fitted = await part.fit([...foldOf.keys()], breathe);
  onFit();
  return { logits, fitted };
}

function refuseTooFew(examples: readonly Example[], { labels }: Task): void {
  if (hasEnough(examples)) return;
  const positive = countPositive(examples);
  const others = examples.length - positive;
  throw new UserError(
    `there are ${positive} ${labels.positive} and ${others} other rows to learn from, and ${FOLDS} of each are the least`,
    {
      hint: `collect more rows; of ${labels.positive} ones a student needs a hundred or more to be of use`,
    },
  );
}

/**
 * The places that share a fold: of texts that are nearly one. Where all texts are alike, so that a group would
 * fill a fold or a fold not have both kinds, they are those of equal texts alone.
 */
async function groupsOf(
  examples: readonly Example[],
  matrix: FeatureMatrix,
  breathe: Breathe,
): Promise<readonly number[][]> {
  const near = await groupNearTexts(matrix, breathe);
  const firsts = near.map(([first = 0]) => first);
  const isSpread = (places: readonly number[]) => hasEnough(pick(examples, places));
  const uniform = uniformPlaces(examples);
  const drawn = new Set(uniform);
  const judged = isSpread(uniform) ? firsts.filter((place) => drawn.has(place)) : firsts;
  const isSmall = near.every(({ length }) => length * FOLDS <= examples.length);
  return isSmall && isSpread(judged) ? near : groupByText(examples);
}

/** Whether there are so many of both kinds that each fold has some. */
function hasEnough(examples: readonly Example[]): boolean {
  const positive = countPositive(examples);
  return positive >= FOLDS && examples.length - positive >= FOLDS;
}

/** The places of examples that were drawn at random, not picked by a student. */
const uniformPlaces = (examples: readonly Example[]) =>
  [...examples.keys()].filter((place) => examples[place]?.isUniform !== false);

const countPositive = (examples: readonly Example[]) =>
  examples.filter(({ positive }) => positive).length;

const averageOf = (a: readonly number[], b: readonly number[]) =>
  a.map((logit, place) => averageLogit(logit, b[place] ?? 0));

const packNgrams = ({ model, scale }: FittedNgrams): Student['ngrams'] => ({
  bias: roundNumber(model.bias),
  weights: pack(model.weights),
  idf: pack(scale),
});

const packHead = (embedder: string, { model, mean, factor }: FittedHead): Student['embedding'] => ({
  embedder,
  dimensions: mean.length,
  bias: roundNumber(model.bias),
  weights: pack(model.weights),
  mean: pack(mean),
  factor: pack(factor),
});

/** To six significant digits: more would say nothing. */
const roundNumber = (value: number) => Number(value.toPrecision(6));

const roundFigures = ({ f1_interval, auprc_interval, ...figures }: StudentFigures) => ({
  precision: roundNumber(figures.precision),
  recall: roundNumber(figures.recall),
  f1: roundNumber(figures.f1),
  auprc: roundNumber(figures.auprc),
  brier: roundNumber(figures.brier),
  ece: roundNumber(figures.ece),
  ...(f1_interval ? { f1_interval: roundInterval(f1_interval) } : {}),
  ...(auprc_interval ? { auprc_interval: roundInterval(auprc_interval) } : {}),
});

const roundInterval = ({ low, high }: Interval): Interval => ({
  low: roundNumber(low),
  high: roundNumber(high),
});
