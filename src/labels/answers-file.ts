import { existsSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { Model } from '../models/classifier.js';
import type { EvalFile } from './eval-file.js';
import { type Source, sourceOf } from './label-file.js';
import { readLabels } from './reader.js';

/** So many rows of a file of answers tell whose answers they are. */
const ROWS_READ = 200;

/**
 * Where the answers of a model over a file are kept: `outputs/<file>.<provider>-<id>.jsonl`. They
 * belong to rows, not to a name: where that file holds answers to other rows than these, as it does
 * for `q/test.jsonl` after `p/test.jsonl`, the name has a mark of the rows too.
 *
 * @param models - all that are asked; of two students with one name, the later has its hash in the
 *   name
 */
export async function answersPath(
  evalFile: Pick<EvalFile, 'path' | 'allKeys' | 'task'>,
  model: Model,
  models: readonly Model[] = [model],
): Promise<string> {
  const { path, allKeys } = evalFile;
  const stem = basename(path).replace(/\.jsonl$/, '');
  // Answers of a cascade are paid for, and one that is made again is another.
  const names = model.cascade ? [model.id] : [`${model.provider}-${model.id}`];
  if (model.cascade || hasNamesake(model, models)) names.push(model.prompt.split('@')[1] ?? '');
  const name = names.join('-').replace(/[^\w.-]+/g, '-');
  const plain = join('outputs', `${stem}.${name}.jsonl`);
  const isOwn = await holdsAnyOf(plain, evalFile);
  // The first row's key: it stays when rows are added to the file.
  return isOwn ? plain : join('outputs', `${stem}-${allKeys[0]?.slice(0, 8)}.${name}.jsonl`);
}

const hasNamesake = (model: Model, models: readonly Model[]) =>
  models
    .slice(0, models.indexOf(model))
    .some(({ id, provider }) => id === model.id && provider === model.provider);

/** Whether a file is not there yet, or has answers to some of the rows. */
async function holdsAnyOf(
  path: string,
  { allKeys, task }: Pick<EvalFile, 'allKeys' | 'task'>,
): Promise<boolean> {
  if (!existsSync(path)) return true;
  const wanted = new Set(allKeys);
  let read = 0;
  for await (const { key } of readLabels(path, task.labels, { torn: 'skip' })) {
    if (wanted.has(key)) return true;
    read += 1;
    if (read === ROWS_READ) break;
  }
  return read === 0;
}

/** What the kept answers of a model over a file have in common. */
export const answersSource = ({ path, dataset, split }: EvalFile, model: Model): Source =>
  sourceOf(model, { name: dataset ?? basename(path), split });
