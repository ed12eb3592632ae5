import { UserError } from '../errors.js';
import type { EvalFile } from '../labels/eval-file.js';
import type { Attempt } from '../labels/label-line.js';
import { distinctSamples, type Predictions } from '../labels/predictions.js';
import type { Model } from '../models/classifier.js';
import { LOCAL } from '../pricing/price.js';

export interface RunsOptions {
  /** How often each row is asked. Default: 1. */
  readonly runsPerRow?: number | undefined;
}

/** Whether it is part of this package: it costs nothing, and a new release may say otherwise. */
export const isEmbedded = ({ provider, price }: Model) =>
  provider === 'embedded' && price === LOCAL;

/** How often each row is put to a model. One inside this package says the same each time. */
export const runsOf = (model: Model, { runsPerRow = 1 }: RunsOptions) =>
  isEmbedded(model) ? 1 : runsPerRow;

/**
 * What is put to a model: every row once, then every row again.
 *
 * @throws UserError when `runsPerRow` is no whole number from 1 up
 */
export function attemptsOf(
  evalFile: Pick<EvalFile, 'rows'>,
  model: Model,
  options: RunsOptions,
): Attempt[] {
  const samples = distinctSamples(evalFile);
  const runs = runsOf(model, options);
  if (!Number.isInteger(runs) || runs < 1) {
    throw new UserError(`\`runsPerRow\` is ${runs}`, { hint: 'give a whole number from 1 up' });
  }
  return Array.from({ length: runs }, (_, i) =>
    samples.map((sample) => ({ ...sample, run: i + 1 })),
  ).flat();
}

/** Answers that are wanted and not there. */
export function countLeft(
  { verdicts, runs }: Pick<Predictions, 'verdicts' | 'runs'>,
  wanted: number,
): number {
  const there = runs.slice(0, wanted).reduce((sum, { asked }) => sum + asked, 0);
  return wanted * verdicts.length - there;
}
