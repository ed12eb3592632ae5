import { existsSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { RowVerdict } from '../analysis/outcomes.js';
import { UserError } from '../errors.js';
import { readJsonl, refuseSpecialFile } from '../files/jsonl.js';
import type { Model } from '../models/classifier.js';
import { CostTotal } from '../pricing/cost.js';
import { LOCAL } from '../pricing/prices.js';
import {
  addUsage,
  labelledRowSchema,
  rowKey,
  type Sample,
  type Usage,
  unansweredRowSchema,
  type Verdict,
} from '../records.js';
import { label } from '../run/label.js';
import type { EvalFile, EvalRow } from './eval-file.js';
import { LabelFile, type Source, sourceOf, unansweredPath } from './label-file.js';

/** What one model said of the rows of an evaluation file. */
export interface Predictions {
  readonly file: string;
  readonly id: string | null;
  readonly provider: string | null;
  readonly prompt: string | null;
  /** One for each row of the file; undefined where it was not asked. */
  readonly verdicts: readonly (RowVerdict | undefined)[];
  readonly usage: Usage | null;
  readonly cost: CostTotal;
  readonly latencies: readonly number[];
  /** Of the failed rows, those that the next run asks again. */
  readonly retryable: number;
}

export interface PredictOptions {
  readonly concurrency: number;
  readonly signal?: AbortSignal | undefined;
  /** Ask every row anew; what was there is kept under another name. */
  readonly fresh?: boolean;
  readonly retryUnanswered?: boolean;
  readonly onNote?: ((note: string) => void) | undefined;
  /** Told how many rows have to be asked, and how many are on disk. */
  readonly onStart?: ((missing: number, onDisk: number) => void) | undefined;
  /** Told of each row once it is on disk. */
  readonly onRow?: ((sample: Sample, verdict: Verdict, spent: CostTotal) => void) | undefined;
}

/** Where the predictions of a model over a file are kept: `outputs/<file>.<provider>-<id>.jsonl`. */
export function predictionsPath(evalFile: string, { provider, id }: Model): string {
  const stem = basename(evalFile).replace(/\.jsonl$/, '');
  return join('outputs', `${stem}.${`${provider}-${id}`.replace(/[^\w.-]+/g, '-')}.jsonl`);
}

/**
 * What the kept answers of a model over a file have in common. A file that names no dataset goes by
 * its last name, as its answers do: `./eval.jsonl` and `eval.jsonl` are one.
 */
export const predictionsSource = ({ path, dataset, split }: EvalFile, model: Model): Source =>
  sourceOf(model, { name: dataset ?? basename(path), split });

/**
 * Puts the rows that are not answered yet to a model; each answer is on disk before the next is
 * counted. A row that stands in the file more than once is asked once.
 *
 * @returns what is on disk in the end, and what ended the run before its time, if anything did
 * @throws UserError when the predictions on disk are of another prompt or dataset
 */
export async function predict(
  evalFile: EvalFile,
  model: Model,
  options: PredictOptions,
): Promise<{ predictions: Predictions; spent: CostTotal; stoppedBy?: unknown }> {
  const path = predictionsPath(evalFile.path, model);
  if (model.provider === 'embedded' && model.price === LOCAL) discard(path); // Nothing was paid for.
  const file = await LabelFile.open(path, predictionsSource(evalFile, model), options);
  for (const aside of file.kept) options.onNote?.(`kept what was there as ${aside}`);
  const samples = distinctSamples(evalFile.rows);
  const missing = samples.filter((sample) => !file.isDone(sample));
  options.onStart?.(missing.length, samples.length - missing.length);
  const spent = new CostTotal();
  let stoppedBy: unknown;
  try {
    for await (const { sample, verdict } of label(stream(missing), model.classify, options)) {
      file.append(sample, verdict);
      spent.add(verdict.costUsd);
      options.onRow?.(sample, verdict, spent);
    }
  } catch (error) {
    stoppedBy = error;
  } finally {
    file.close();
  }
  const predictions = await readPredictions(path, evalFile.rows);
  return { predictions, spent, ...(stoppedBy === undefined ? {} : { stoppedBy }) };
}

function discard(path: string): void {
  refuseSpecialFile(path);
  rmSync(path, { force: true });
  rmSync(unansweredPath(path), { force: true });
}

/** What is put to a model: a row that stands in the file more than once is there once. */
export function distinctSamples(rows: readonly EvalRow[]): Sample[] {
  const samples = new Map<string, Sample>();
  for (const { sample } of rows) {
    const key = rowKey(sample.index, sample.text);
    if (!samples.has(key)) samples.set(key, sample);
  }
  return [...samples.values()];
}

async function* stream<T>(items: readonly T[]): AsyncGenerator<T> {
  yield* items;
}

/**
 * Reads what a model said of the rows of an evaluation file, from a file that `evaluate` or
 * `collect` wrote. Nothing is sent.
 *
 * @throws UserError when the file is missing, has a bad line, or none of the rows
 */
export async function readPredictions(
  path: string,
  rows: readonly EvalRow[],
): Promise<Predictions> {
  if (!existsSync(path)) {
    throw new UserError(`there is no file of predictions ${path}`, {
      hint: 'evaluate -m NAME keeps them as outputs/<eval-file>.<provider>-<id>.jsonl',
    });
  }
  refuseSpecialFile(path);
  const wanted = new Set(rows.map(({ index, input }) => rowKey(index, input)));
  const said = new Map<string, Said>();
  const names = new Names();
  for await (const { value } of readJsonl(path, labelledRowSchema, { tornEnd: 'skip' })) {
    names.add(value);
    const { prediction, score, usage = null, cost_usd = null, latency_ms } = value;
    const verdict: RowVerdict = {
      outcome: 'answered',
      label: prediction,
      ...(score === undefined ? {} : { score }),
    };
    const key = rowKey(value.ds_original_idx, value.input);
    if (wanted.has(key)) said.set(key, { verdict, usage, cost: cost_usd, latency_ms });
  }
  const companion = unansweredPath(path);
  if (existsSync(companion)) {
    for await (const { value } of readJsonl(companion, unansweredRowSchema, { tornEnd: 'skip' })) {
      names.add(value);
      const key = rowKey(value.ds_original_idx, value.input);
      if (!wanted.has(key) || said.get(key)?.verdict.outcome === 'answered') continue;
      const { outcome, usage, cost_usd = null, latency_ms, retryable = false } = value;
      said.set(key, { verdict: { outcome }, usage, cost: cost_usd, latency_ms, retryable });
    }
  }
  return summarise(path, rows, said, names);
}

interface Said {
  readonly verdict: RowVerdict;
  readonly usage: Usage | null;
  readonly cost: number | null;
  readonly latency_ms: number | null | undefined;
  readonly retryable?: boolean;
}

/** The names that all rows of a file share. */
class Names {
  readonly #seen = {
    model: new Set<string>(),
    provider: new Set<string>(),
    prompt: new Set<string>(),
  };

  add(row: {
    model?: string | undefined;
    provider?: string | undefined;
    prompt?: string | undefined;
  }) {
    for (const key of ['model', 'provider', 'prompt'] as const) {
      if (row[key] !== undefined) this.#seen[key].add(row[key]);
    }
  }

  of(key: 'model' | 'provider' | 'prompt'): string | null {
    return this.#seen[key].size === 0 ? null : [...this.#seen[key]].join(' + ');
  }
}

function summarise(
  path: string,
  rows: readonly EvalRow[],
  said: ReadonlyMap<string, Said>,
  names: Names,
): Predictions {
  const cost = new CostTotal();
  for (const row of said.values()) cost.add(row.cost);
  const all = [...said.values()];
  return {
    file: path,
    id: names.of('model'),
    provider: names.of('provider'),
    prompt: names.of('prompt'),
    verdicts: rows.map(({ index, input }) => said.get(rowKey(index, input))?.verdict),
    usage: all.reduce<Usage | null>((sum, { usage }) => addUsage(sum, usage), null),
    cost,
    latencies: all.flatMap(({ latency_ms }) => latency_ms ?? []),
    retryable: all.filter(({ retryable }) => retryable === true).length,
  };
}
