import { existsSync, realpathSync } from 'node:fs';
import { applyThreshold, SET_BY_USER } from '../analysis/threshold.js';
import { EXIT, UserError } from '../errors.js';
import { plural } from '../format.js';
import type { EvalFile } from '../labels/eval-file.js';
import { type Predictions, readPredictions } from '../labels/predictions.js';
import type { Model } from '../models/classifier.js';
import { isOfStudent } from '../models/student.js';
import type { LabelSource } from '../records.js';
import type { Contender } from './contenders.js';

/** Which rows are judged, and by whose labels. */
export interface JudgedOptions {
  readonly evalFile: string;
  readonly runs?: readonly string[] | undefined;
  readonly trueLabels?: LabelSource | undefined;
}

/** Whether the teacher's labels in the file are themselves the answers that are judged. */
export function judgesItself({ evalFile, runs = [] }: JudgedOptions): boolean {
  return runs.some((run) => existsSync(run) && realpathSync(run) === realpathSync(evalFile));
}

/** @throws UserError when answers are to be judged by themselves */
export function refuseItself(options: JudgedOptions): void {
  if (options.trueLabels !== 'teacher' || !judgesItself(options)) return;
  throw new UserError(
    `${options.evalFile} is \`evalFile\` and \`run\`: judged by its own labels, no model errs`,
    { hint: 'judge it by human labels: leave `trueLabels` out; `audit` draws rows for people' },
  );
}

export interface KeptOptions {
  /** Files of kept answers, each of one model: contenders that nobody asks. */
  readonly runs?: readonly string[] | undefined;
  readonly threshold?: number | undefined;
}

/**
 * The contenders that nobody asks.
 *
 * @throws UserError when a file is missing or has a bad line; with exit code 3 when its answers
 *   are all to rows of another file
 */
export async function readKept(
  evalFile: EvalFile,
  { runs = [], threshold }: KeptOptions,
): Promise<Contender[]> {
  return Promise.all(
    runs.map(async (path) => {
      const predictions = await readPredictions(path, evalFile);
      if (predictions.verdicts.every((verdict) => verdict === undefined)) {
        throw answersOfAnother(predictions, evalFile);
      }
      if (threshold !== undefined) applyThreshold(predictions.runs.flat(), threshold);
      return {
        name: predictions.id ?? path,
        predictions,
        threshold: threshold === undefined ? null : { value: threshold, source: SET_BY_USER },
      };
    }),
  );
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
