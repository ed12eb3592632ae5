import { existsSync } from 'node:fs';
import type { ModelResult } from '../analysis/report/model.js';
import { SET_BY_USER, tuneThreshold } from '../analysis/threshold.js';
import { batchSideOf } from '../batch/side-of.js';
import { UserError } from '../errors.js';
import { answersPath, answersSource } from '../labels/answers-file.js';
import { readDone } from '../labels/done-rows.js';
import { type EvalFile, readEvalFile } from '../labels/eval-file.js';
import type { Attempt } from '../labels/label-line.js';
import { type Predictions, readPredictions } from '../labels/predictions.js';
import { withoutSeen } from '../labels/seen.js';
import { type Model, namesOf } from '../models/classifier.js';
import { addEstimates, type Estimate, estimateRun } from '../pricing/estimate.js';
import { pick, rowsWhere } from '../rows/column.js';
import { NO_LABEL } from '../rows/labels.js';
import {
  type AmongModels,
  askModel,
  type ContenderCallbacks,
  type ContenderOptions,
  stream,
  submitAll,
} from './ask-model.js';
import type { Asked } from './asked.js';
import { attemptsOf, isEmbedded } from './attempts.js';

/** A model that is judged: what it said, from which score on it is taken to say positive. */
export interface Contender {
  /** How a report calls it. */
  readonly name: string;
  readonly predictions: Predictions;
  readonly threshold: ModelResult['threshold'];
  /** Undefined where only its kept answers are known. */
  readonly model?: Model;
  /** What this run asked of it, and what that cost. */
  readonly asked?: Asked;
  /** Answers that this run was to get and did not. */
  readonly left?: number;
}

export type AskedContender = Contender & Required<Pick<Contender, 'model' | 'asked' | 'left'>>;

/** @throws UserError when two of the models are one */
export function refuseTwins(models: readonly Model[]): void {
  const isSame = (a: Model, b: Model) =>
    a.id === b.id && a.provider === b.provider && (a.prompt === b.prompt || !isEmbedded(a));
  const twin = models.find((model, i) =>
    models.slice(0, i).some((before) => isSame(before, model)),
  );
  if (!twin) return;
  throw new UserError(`${twin.id} at ${twin.provider} is named twice`, {
    hint: 'name each model once',
  });
}

/**
 * Puts the rows to the models one after the other; what stops one stops them all.
 *
 * @returns the contenders that were asked, the last one unfinished where something stopped it
 * @throws UserError before anything is asked when a threshold cannot be had
 */
export async function askModels(
  evalFile: EvalFile,
  models: readonly Model[],
  options: ContenderOptions,
  callbacks: ContenderCallbacks,
): Promise<{ readonly asked: AskedContender[]; readonly stoppedBy?: unknown }> {
  const tuningFile = await openTuningFile(evalFile, options);
  for (const model of models) await refuseWithoutScores(evalFile, model, { ...options, models });
  if (options.batch && models.length > 0 && !models.some(({ batch }) => batch)) {
    batchSideOf(models.map(({ id }) => id).join(' and '), undefined);
  }
  const isSubmitted = await submitAll(evalFile, options, models, callbacks);
  // What the first round asked again is not asked once more.
  const rest = isSubmitted ? { ...options, fresh: false, retryUnanswered: false } : options;
  const contenders: AskedContender[] = [];
  const names = namesOf(models);
  for (const [i, model] of models.entries()) {
    const answers = await askModel(evalFile, model, { ...rest, models }, callbacks);
    const { predictions, asked } = answers;
    const contender = { name: names[i] ?? model.id, model, ...answers, threshold: null };
    const { stoppedBy } = asked;
    if (stoppedBy !== undefined || options.signal?.aborted) {
      const set = isScored(predictions) ? setThreshold(options) : null;
      return { asked: [...contenders, { ...contender, threshold: set }], stoppedBy };
    }
    const threshold = tuningFile
      ? await tune(tuningFile, model, { ...options, models }, callbacks)
      : setThreshold(options);
    contenders.push({ ...contender, threshold });
  }
  return { asked: contenders };
}

/**
 * The rows that a threshold is tuned on must not be among those that it is judged by, nor among
 * those that a model learned from, of which it is too sure.
 */
async function openTuningFile(
  evalFile: EvalFile,
  { thresholdFrom: path, trueLabels, task, learned = [] }: ContenderOptions,
): Promise<EvalFile | undefined> {
  if (path === undefined) return undefined;
  const whole = await readEvalFile(path, { trueLabels, task });
  const { evalFile: tuningFile } = withoutSeen(whole, learned, trueLabels);
  const judged = evalFile.rows.keys;
  const shared = tuningFile.rows.keys.countIn(judged);
  if (shared === 0) return tuningFile;
  throw new UserError(`${shared} rows of ${path} are also among those to be judged`, {
    hint: 'tune the threshold on rows of their own, such as another split',
  });
}

async function refuseWithoutScores(
  evalFile: EvalFile,
  model: Model,
  { threshold, thresholdFrom, fresh, models }: AmongModels,
): Promise<void> {
  if (threshold === undefined && thresholdFrom === undefined) return;
  const hint = 'use a model that gives scores, or leave the threshold out';
  if (model.scores === 'never') {
    throw new UserError(`a threshold needs scores, and ${model.id} gives none`, { hint });
  }
  const path = await answersPath(evalFile, model, models);
  if (fresh || isEmbedded(model) || !existsSync(path)) return;
  if (!isScored(await readPredictions(path, evalFile))) {
    throw new UserError(`a threshold needs scores, and answers kept in ${path} have none`, {
      hint: `${hint}; \`fresh\` asks every row again`,
    });
  }
}

export const isScored = ({ runs }: Predictions) => runs.every((run) => run.isScored);

const setThreshold = ({ threshold: value }: ContenderOptions): ModelResult['threshold'] =>
  value === undefined ? null : { value, source: SET_BY_USER };

/** A threshold is tuned on one run. */
const onceEach = <O extends ContenderOptions>(options: O) => ({ ...options, runsPerRow: 1 });

/** Finds the threshold with the best positive F1 on the rows of another evaluation file. */
async function tune(
  tuningFile: EvalFile,
  model: Model,
  options: AmongModels,
  callbacks: ContenderCallbacks,
): Promise<NonNullable<ModelResult['threshold']>> {
  const { predictions, asked } = await askModel(tuningFile, model, onceEach(options), callbacks);
  if (asked.stoppedBy !== undefined) throw asked.stoppedBy;
  const { rows } = tuningFile;
  const truth = options.trueLabels === 'teacher' ? rows.teacher : rows.human;
  const { verdicts } = predictions;
  const scored = rowsWhere(
    truth.length,
    (row) => truth[row] !== NO_LABEL && verdicts.scoreOf(row) !== undefined,
  );
  const scores = Float64Array.from(scored, (row) => verdicts.scoreOf(row) as number);
  const best = tuneThreshold(scores, pick(truth, scored));
  if (best) return { value: best.threshold, source: tuningFile.path };
  throw new UserError(
    `no threshold can be tuned on ${tuningFile.path}: it has no ${tuningFile.task.labels.positive} row with a score`,
    {
      hint: `take a file that the model has judged with scores, and in which some rows are ${tuningFile.task.labels.positive}`,
    },
  );
}

/** What each model would take on the rows to be judged and on those to tune a threshold on. */
export async function estimateModels(
  evalFile: EvalFile,
  models: readonly Model[],
  options: ContenderOptions,
): Promise<{ readonly model: Model; readonly estimate: Estimate }[]> {
  const tuningFile = await openTuningFile(evalFile, options);
  const files = tuningFile ? [evalFile, tuningFile] : [evalFile];
  return Promise.all(
    models.map(async (model) => {
      const estimates = await Promise.all(
        files.map((file) =>
          estimateModel(file, model, {
            ...(file === evalFile ? options : onceEach(options)),
            models,
          }),
        ),
      );
      return { model, estimate: addEstimates(estimates) };
    }),
  );
}

async function estimateModel(
  evalFile: EvalFile,
  model: Model,
  options: AmongModels,
): Promise<Estimate> {
  const path = await answersPath(evalFile, model, options.models);
  const discard = isEmbedded(model);
  const { done, meanAnswerTokens } = await readDone(path, answersSource(evalFile, model), {
    ...options,
    anyDataset: true,
    discard,
  });
  const isDone = (attempt: Attempt) => done.hasAttempt(attempt);
  return estimateRun(stream(attemptsOf(evalFile, model, options)), {
    estimator: model.estimator,
    isDone,
    asks: model.cascade?.asks,
    meanAnswerTokens,
  });
}
