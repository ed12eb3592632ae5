import { existsSync } from 'node:fs';
import type { CollectSummary } from '../collect.js';
import type { Dataset } from '../datasets/index.js';
import type { Env } from '../env.js';
import { plural } from '../format.js';
import { unansweredPath } from '../labels/reader.js';
import { OPEN_ALIASES } from '../models/aliases.js';
import type { Model } from '../models/index.js';
import { WORDLIST } from '../models/kinds.js';
import { configuredTarget } from '../models/resolve.js';
import { FOLDS } from '../student/cross-validation.js';
import { isBuiltIn, type Task } from '../task/task.js';
import { countLeft } from './cost-lines.js';
import { commandStyle, quotePath } from './setup.js';

/** What the next step depends on, beside what the run came to. */
export interface Following {
  readonly model: Model;
  readonly task: Task;
  readonly dataset: Pick<Dataset, 'split'>;
  readonly flags: { readonly modelName?: string; readonly task?: string };
  readonly env: Env;
  /** Rows that were to be labelled, those done before among them; infinite where nothing is known. */
  readonly rows: number;
  /** How to go on with a run that stopped. */
  readonly goOn: string;
}

/** Where the help has a student written. */
const STUDENT = 'outputs/student.json';

/** Rows that people can label in an hour. */
const AUDITED = 100;

/** The command that comes next: one that can be run as things are. */
export function nextStep(summary: CollectSummary, following: Following): string {
  if (summary.interrupted || summary.stoppedBy !== undefined) {
    const left = countLeft(summary, following.rows);
    const rows = left === undefined ? '' : `, ${plural(left, 'row')} left`;
    return `stopped early${rows}; ${following.goOn} to go on`;
  }
  if (summary.batches && summary.batches.waiting > 0) {
    return `${following.goOn} to take what has ended by then`;
  }
  const { file, totals } = summary;
  const { positive, negative } = totals.labels;
  if (positive + negative === 0) {
    return `not one row was labelled; the replies are in ${unansweredPath(file)}`;
  }
  const { flags, dataset, env } = following;
  const style = commandStyle(env, flags.task);
  const path = quotePath(file);
  const truth = totals.labelledByPeople === 0 ? ' --true-labels teacher' : '';
  const evaluate = (model: string) => style('evaluate', `-m ${model} --eval-file ${path}${truth}`);
  const { modelName } = flags;
  if (modelName?.startsWith('student:')) {
    // Rows that it learned from are left out, also of those that people are to check.
    const judged = `-m ${quotePath(modelName)} --eval-file ${path}`;
    if (totals.labelledByPeople > 0) return style('evaluate', judged);
    const audit = style('evaluate', `${judged} --audit ${AUDITED} --out audit.csv`);
    return `draw rows for people to check: ${audit}`;
  }
  const contender = configuredContender(following);
  if (contender !== undefined) return evaluate(contender);
  if (dataset.split === 'calibration' && existsSync(STUDENT)) {
    return style('cascade', `--student ${STUDENT} --calibrate ${path} --escalate 0.15`);
  }
  const embedded = existsSync(STUDENT)
    ? `student:${STUDENT}`
    : isBuiltIn(following.task)
      ? WORDLIST
      : undefined;
  // Judged by its own labels, no model errs.
  const isOther = totals.labelledByPeople > 0 || embedded !== modelName;
  if (dataset.split === 'test' && embedded !== undefined && isOther) return evaluate(embedded);
  if (Math.min(positive, negative) < FOLDS) {
    return `label more rows: train needs ${FOLDS} of each label at least`;
  }
  return style('train', `--train-file ${path} --student ${STUDENT}`);
}

/** The first open model that is configured and did not label the rows itself. */
function configuredContender({ model, env }: Following): string | undefined {
  const today = new Date().toISOString().slice(0, 10);
  return OPEN_ALIASES.find((name) => {
    const target = configuredTarget(name, { env, today });
    return target && !(target.provider === model.provider && target.id === model.id);
  });
}
