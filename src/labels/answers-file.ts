import { existsSync } from 'node:fs';
import { basename, join } from 'node:path';
import { z } from 'zod';
import { readJsonl } from '../files/jsonl.js';
import type { Model } from '../models/classifier.js';
import { keyNumber, rowKey } from '../row-key.js';
import type { EvalFile } from './eval-file.js';
import { type Source, sourceOf } from './label-line.js';

/** So many rows of a file of answers tell whose answers they are. */
const ROWS_READ = 200;

/**
 * Where the answers of a model over a file are kept: `outputs/<file>.<provider>-<id>.jsonl`. They
 * belong to rows and labels, not to a name: where that file holds answers to other rows than these,
 * as it does for `q/test.jsonl` after `p/test.jsonl`, or labels of another task, the name has a mark
 * of the rows too, or of the rows and the labels.
 *
 * @param models - all that are asked; of two students with one name, the later has its hash in the
 *   name
 */
export async function answersPath(
  evalFile: Pick<EvalFile, 'path' | 'allKeys' | 'task'>,
  model: Model,
  models: readonly Model[] = [model],
): Promise<string> {
  const { path, allKeys, task } = evalFile;
  const stem = basename(path).replace(/\.jsonl$/, '');
  // Answers of a cascade are paid for, and one that is made again is another.
  const names = model.cascade ? [model.id] : [`${model.provider}-${model.id}`];
  if (model.cascade || hasNamesake(model, models)) names.push(model.prompt.split('@')[1] ?? '');
  const name = names.join('-').replace(/[^\w.-]+/g, '-');
  // The first row's key: it stays when rows are added to the file.
  const first = allKeys.at(0);
  const { positive, negative } = task.labels;
  const marks = [first, rowKey(0, [first, positive, negative].join('\n'))];
  const paths = ['', ...marks.map((mark) => `-${mark.slice(0, 8)}`)].map((mark) =>
    join('outputs', `${stem}${mark}.${name}.jsonl`),
  );
  for (const each of paths) if (await isOwn(each, evalFile)) return each;
  return paths.at(-1) ?? '';
}

const hasNamesake = (model: Model, models: readonly Model[]) =>
  models
    .slice(0, models.indexOf(model))
    .some(({ id, provider }) => id === model.id && provider === model.provider);

const answerSchema = z.looseObject({
  input: z.string(),
  prediction: z.string(),
  ds_original_idx: z.int().nonnegative(),
});

/** Whether a file is not there yet, or has answers to some of the rows, by the labels of the task. */
async function isOwn(
  path: string,
  { allKeys, task: { labels } }: Pick<EvalFile, 'allKeys' | 'task'>,
): Promise<boolean> {
  if (!existsSync(path)) return true;
  let read = 0;
  for await (const { value } of readJsonl(path, answerSchema, { torn: 'skip' })) {
    const { prediction, ds_original_idx, input } = value;
    if (prediction !== labels.positive && prediction !== labels.negative) return false;
    if (allKeys.has(keyNumber(ds_original_idx, input))) return true;
    read += 1;
    if (read === ROWS_READ) break;
  }
  return read === 0;
}

/** What the kept answers of a model over a file have in common. */
export const answersSource = ({ path, dataset, split }: EvalFile, model: Model): Source =>
  sourceOf(model, { name: dataset ?? basename(path), split });
