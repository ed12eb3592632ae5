import { answersPath, answersSource } from '../labels/answers-file.js';
import type { EvalFile } from '../labels/eval-file.js';
import { type Predictions, readPredictions } from '../labels/predictions.js';
import type { LearnedBy } from '../labels/seen.js';
import type { Model } from '../models/classifier.js';
import type { LabelSource } from '../terms.js';
import { type AskCallbacks, type AskOptions, ask } from './ask.js';
import type { Asked } from './asked.js';
import { attemptsOf, countLeft, isEmbedded, type RunsOptions, runsOf } from './attempts.js';

export interface ContenderOptions extends AskOptions, RunsOptions {
  readonly trueLabels?: LabelSource | undefined;
  readonly threshold?: number | undefined;
  readonly thresholdFrom?: string | undefined;
  /** What the models learned from: no threshold is tuned on it. */
  readonly learned?: readonly LearnedBy[] | undefined;
}

/** The options with all that are asked. */
export type AmongModels = ContenderOptions & { readonly models: readonly Model[] };

export interface ContenderCallbacks extends AskCallbacks {
  /** Told of each model before it is asked, and of how many rows there are for it. */
  readonly onModel?: ((model: Model, rows: number) => void) | undefined;
}

/**
 * Has the batches of several models worked off side by side, and not one model after the other.
 *
 * @returns whether that was done
 */
export async function submitAll(
  evalFile: EvalFile,
  options: ContenderOptions,
  models: readonly Model[],
  callbacks: ContenderCallbacks,
): Promise<boolean> {
  const { batch, signal } = options;
  const servers = models.filter((model) => model.batch);
  if (batch?.wait === false || !batch || servers.length < 2) return false;
  for (const model of servers) {
    const leaving = { ...options, models, batch: { ...batch, wait: false } };
    const { asked } = await askModel(evalFile, model, leaving, callbacks);
    if (asked.stoppedBy !== undefined || signal?.aborted) break; // The round below says why.
  }
  return true;
}

/**
 * Puts the rows of a file to a model. A row that stands in the file more than once is asked once;
 * all rows once before any is asked again, so that what stops early has whole runs.
 *
 * @returns what is on disk in the end, and what this run asked
 * @throws UserError when the answers on disk are of another prompt or dataset
 */
export async function askModel(
  evalFile: EvalFile,
  model: Model,
  options: AmongModels,
  { onModel, ...callbacks }: ContenderCallbacks,
): Promise<{ predictions: Predictions; asked: Asked; left: number }> {
  const { models } = options;
  const attempts = attemptsOf(evalFile, model, options);
  onModel?.(model, attempts.length);
  const path = await answersPath(evalFile, model, models);
  const isInBatches = options.batch !== undefined && model.batch !== undefined;
  const put = isInBatches ? (await import('./batches.js')).askInBatches : ask;
  const asked = await put(
    stream(attempts),
    model,
    { path, source: answersSource(evalFile, model) },
    {
      ...options,
      ...callbacks,
      needsScores: options.threshold !== undefined || options.thresholdFrom !== undefined,
      anyDataset: true,
      // Its answers cost nothing, and a new release may give others.
      discard: isEmbedded(model),
    },
  );
  const predictions = await readPredictions(path, evalFile, { mayBeMissing: true });
  return { predictions, asked, left: countLeft(predictions, runsOf(model, options)) };
}

export async function* stream<T>(items: readonly T[]): AsyncGenerator<T> {
  yield* items;
}
