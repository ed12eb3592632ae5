import { existsSync, realpathSync } from 'node:fs';
import { requireScores, SET_BY_USER } from '../analysis/threshold.js';
import { EXIT, UserError } from '../errors.js';
import type { OnRead } from '../files/bytes.js';
import { plural } from '../format.js';
import type { EvalFile } from '../labels/eval-file.js';
import type { AnswerColumns } from '../labels/foreign/answer-columns.js';
import { isForeign } from '../labels/foreign/is-foreign.js';
import { type Predictions, readPredictions } from '../labels/predictions.js';
import type { Model } from '../models/classifier.js';
import { isOfStudent } from '../models/student.js';
import type { LabelSource } from '../terms.js';
import { isEmbedded, type RunsOptions, runsOf } from './attempts.js';
import type { Contender } from './contenders.js';

/** Who is judged, how often it is asked, and by whose labels. */
export interface JudgedOptions extends RunsOptions {
  readonly models?: readonly Model[] | undefined;
  /** Files of kept answers, each of one model: contenders that nobody asks. */
  readonly runs?: readonly string[] | undefined;
  readonly trueLabels?: LabelSource | undefined;
  readonly fresh?: boolean | undefined;
  readonly thresholdFrom?: string | undefined;
}

/** How the labels of the evaluation file are themselves the answers that are judged. */
export interface OwnLabels {
  /** Whether the file is among those of kept answers. */
  readonly isRun: boolean;
  /** The model that labelled the file, where it is named as one to be judged. */
  readonly model: Model | undefined;
}

/**
 * Finds out whether the evaluation file holds the answers of a contender. A model that is to be asked
 * anew, or whose threshold is to be tuned, may say something else than its labels there.
 *
 * @returns undefined where it does not
 * @throws UserError when these answers are to be judged by themselves
 */
export function ownLabels(
  { path, teacher }: Pick<EvalFile, 'path' | 'teacher'>,
  options: JudgedOptions,
): OwnLabels | undefined {
  const { models = [], runs = [], trueLabels, fresh = false, thresholdFrom } = options;
  const isRun = runs.some((run) => existsSync(run) && realpathSync(run) === realpathSync(path));
  const saysTheSame = (model: Model) =>
    thresholdFrom === undefined && (isEmbedded(model) || (!fresh && runsOf(model, options) === 1));
  const model = models.find(
    (each) =>
      each.id === teacher?.id &&
      each.provider === teacher.provider &&
      each.prompt === teacher.prompt &&
      saysTheSame(each),
  );
  if (!isRun && !model) return undefined;
  if (trueLabels !== 'teacher') return { isRun, model };
  throw new UserError(
    `the labels in ${path} are ${model ? `those of ${model.id}` : 'the kept answers'}: judged by its own labels, no model errs`,
    { hint: 'judge it by human labels: leave `trueLabels` out; `audit` draws rows for people' },
  );
}

export interface KeptOptions {
  readonly runs?: readonly string[] | undefined;
  readonly threshold?: number | undefined;
  readonly onRead?: OnRead | undefined;
  /** The columns of tables among them. */
  readonly runColumns?: AnswerColumns | undefined;
}

/**
 * The contenders that nobody asks.
 *
 * @param own - whether the evaluation file holds the answers of one
 * @throws UserError when a file is missing or has a bad line; with exit code 3 when its answers
 *   are all to rows of another file
 */
export async function readKept(
  evalFile: EvalFile,
  { runs = [], threshold, runColumns, onRead }: KeptOptions,
  own?: OwnLabels,
): Promise<Contender[]> {
  const files = own?.model && !own.isRun ? [...runs, evalFile.path] : runs;
  const read: Predictions[] = [];
  for (const path of files) {
    if (path === evalFile.path || !(await isForeign(path))) {
      read.push(await readPredictions(path, evalFile, { onRead }));
      continue;
    }
    const { readForeign } = await import('../labels/foreign/read.js');
    read.push(...(await readForeign(path, evalFile, runColumns)));
  }
  return read.map((predictions) => {
    const path = predictions.file;
    if (predictions.verdicts.asked === 0) {
      throw answersOfAnother(predictions, evalFile);
    }
    if (threshold !== undefined) requireScores(predictions.runs);
    return {
      name: predictions.id ?? path,
      predictions,
      threshold: threshold === undefined ? null : { value: threshold, source: SET_BY_USER },
      ...(own?.model && path === evalFile.path ? { model: own.model } : {}),
    };
  });
}

function answersOfAnother({ file, others }: Predictions, evalFile: EvalFile): UserError {
  const origin = others.of === null ? 'another file' : others.of;
  return new UserError(
    `${file} has no answer to any of the ${plural(evalFile.rows.length, 'row')} of ${evalFile.path}: it has ${plural(others.rows, 'row')} of ${origin}`,
    { hint: 'name the answers that were given to this file', exitCode: EXIT.couldNotFinish },
  );
}

/**
 * Whether a contender is a student of which nobody knows what it learned from. Of kept answers only
 * the hash of the student's file is on record, so that the file must be among the models.
 */
export function isOfUnknownOrigin(
  { model, predictions }: Partial<Contender>,
  { models = [], trainFile }: OriginOptions,
): boolean {
  if (trainFile !== undefined) return false;
  if (model) return model.learned === null;
  const prompt = predictions?.prompt ?? null;
  const named = models.find((each) => each.prompt === prompt);
  return isOfStudent(prompt) && !named?.learned;
}

export interface OriginOptions {
  readonly models?: readonly Model[] | undefined;
  /** A file that a contender learned from. */
  readonly trainFile?: string | undefined;
}
