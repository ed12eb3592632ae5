import type { CollectSummary } from '../collect.js';
import { unansweredPath } from '../labels/reader.js';
import { isServed } from '../models/resolve.js';
import { commandStyle, quotePath, type Setup } from './setup.js';

/** The small model of the 2024 pair. */
const CONTENDER = 'mistral-7b';

/** Rows of each label from which a student is worth a try. */
const ENOUGH_TO_TRAIN = 20;

/**
 * What comes after collect: a command that can be run as it stands. It names a contender that is
 * configured, else it trains a student, else it judges the word list.
 *
 * @param asked - the name of the model that labelled, as the user gave it
 * @returns undefined where a student has labelled: its labels are what was wanted
 */
export function stepAfterCollect(
  { file, totals, interrupted, stoppedBy }: CollectSummary,
  { modelName: asked, task }: { readonly modelName: string; readonly task?: string },
  { env }: Setup,
): string | undefined {
  if (interrupted || stoppedBy !== undefined) {
    return 'stopped early; run the same command again to go on';
  }
  const { positive, negative } = totals.labels;
  if (positive + negative === 0) {
    return `not one row was labelled; the replies are in ${unansweredPath(file)}`;
  }
  if (asked.startsWith('student:')) return undefined;
  const command = commandStyle(env, task);
  const path = quotePath(file);
  const truth = totals.withTruth === 0 ? ' --true-labels teacher' : '';
  const today = new Date().toISOString().slice(0, 10);
  if (asked !== CONTENDER && isServed(CONTENDER, { env, today })) {
    return command('evaluate', `-m ${CONTENDER} --eval-file ${path}${truth}`);
  }
  if (Math.min(positive, negative) >= ENOUGH_TO_TRAIN) {
    return command('train', `--train-file ${path} --student outputs/student.json`);
  }
  return command('evaluate', `--eval-file ${path}${truth}`);
}
