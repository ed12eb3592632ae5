import { existsSync } from 'node:fs';
import { answersPath, answersSource } from '../labels/answers-file.js';
import { type LabelFileOptions, readDone } from '../labels/done-rows.js';
import type { EvalFile } from '../labels/eval-file.js';
import { type Predictions, readPredictions } from '../labels/predictions.js';
import type { Model } from '../models/classifier.js';
import { isEmbedded } from './attempts.js';

/**
 * The answers of a model that earlier runs kept; null where there are none.
 *
 * @throws UserError when they are of another prompt or dataset, as a run would
 */
export async function readPilot(
  evalFile: EvalFile,
  model: Model,
  options: LabelFileOptions,
): Promise<Predictions | null> {
  const path = await answersPath(evalFile, model);
  if (!existsSync(path)) return null;
  const source = answersSource(evalFile, model);
  await readDone(path, source, { ...options, anyDataset: true, discard: isEmbedded(model) });
  return readPredictions(path, evalFile);
}
