import { keysInBatches } from './batch/tracker.js';
import type { Dataset } from './datasets/index.js';
import { countSelected, placesOf, type Selection, select } from './datasets/selection.js';
import { UserError } from './errors.js';
import { refuseSpecialFile } from './files/jsonl.js';
import { type LabelFileOptions, readDone } from './labels/done-rows.js';
import { sourceOf } from './labels/label-line.js';
import { labelPaths } from './labels/label-paths.js';
import { checkTable, writeTable } from './labels/label-table.js';
import { underRecordedName } from './labels/moved-dataset.js';
import { coded } from './messages.js';
import type { Model } from './models/classifier.js';
import { type Estimate, estimateRun } from './pricing/estimate.js';
import { rowKey } from './row-key.js';
import { type AskCallbacks, type AskOptions, ask } from './run/ask.js';
import { type Asked, countAsked } from './run/asked.js';
import type { Exported } from './run/export-requests.js';
import { Agreement, type CascadeShare, type Expected, Foretold, Routed } from './run/tallies.js';
import { TOXICITY } from './task/task.js';

export interface CollectOptions extends AskOptions {
  readonly dataset: Dataset;
  /** Default: all rows. */
  readonly selection?: Selection;
  readonly model: Model;
  /** Take the results of requests that `exportCollect` wrote, and ask nobody. */
  readonly batchImport?: string | undefined;
  /**
   * The JSONL file to append to. With `labels.csv` or `labels.parquet` that is `labels.jsonl`, and the
   * table is written from it when the run ends.
   */
  readonly out: string;
}

export type CollectCallbacks = AskCallbacks;

/** Of what is found out before anything is asked. */
type PlanOptions = Pick<
  CollectOptions,
  'dataset' | 'selection' | 'model' | 'out' | keyof LabelFileOptions
>;

type PlanCallbacks = Pick<CollectCallbacks, 'onRead'>;

/** What a run of collect came to. Its `file` is the one that a run resumes from. */
export interface CollectSummary extends Asked {
  /** Rows of the dataset, where that is known; the run may take only some. */
  readonly size: number | undefined;
  /** The file of the labels as a table, where one was wanted and written. */
  readonly table: string | undefined;
  readonly human: Readonly<Pick<Agreement, 'compared' | 'agreed'>>;
  /** What the estimator foretold of the rows that were answered; undefined without one. */
  readonly expected: Expected | undefined;
  /** What a cascade did with the rows of this run; undefined of any other model. */
  readonly cascade: CascadeShare | undefined;
  readonly interrupted: boolean;
}

const ALL_ROWS: Selection = { kind: 'range', offset: 0, maxSize: Number.POSITIVE_INFINITY };

/**
 * Labels the selected rows of a dataset and appends each to a JSONL file as it comes. Rows that the
 * file already holds are passed over, so that a rerun picks up where the last one stopped.
 *
 * What ends the run before its time is in the summary, since everything answered until then is
 * on disk and was paid for.
 *
 * @throws UserError when the file belongs to another run or cannot be written, or no row was to
 *   be had
 */
export async function collect(
  options: CollectOptions,
  { onRow, ...callbacks }: CollectCallbacks = {},
): Promise<CollectSummary> {
  const { selection = ALL_ROWS, model, task = TOXICITY, signal } = options;
  const paths = labelPaths(options.out);
  refuseSpecialFile(paths.jsonl);
  checkTable(paths);
  const dataset = await underRecordedName(options.dataset, paths.jsonl, options);
  if (dataset !== options.dataset) {
    callbacks.onNote?.(
      coded(
        'dataset-moved',
        `note: the rows of ${options.dataset.name} are on record as ${dataset.name}`,
      ),
    );
  }
  const human = new Agreement();
  const foretold = new Foretold(model);
  const routed = new Routed();
  const rows = select(() => dataset.rows(), selection);
  const { keys } = dataset;
  const wanted = keys && placesOf(selection, keys.length).map((place) => keys[place] as number);
  const file = { path: paths.jsonl, source: sourceOf(model, dataset), dataset, wanted };
  const { batchImport: results } = options;
  const put = await putterOf(options);
  const asked = await put(rows, model, file, {
    results: results ?? '',
    ...options,
    ...callbacks,
    onRow(sample, verdict, soFar) {
      foretold.add(sample, verdict);
      human.add(sample, verdict);
      routed.add(verdict);
      onRow?.(sample, verdict, soFar);
    },
  });
  const interrupted = signal?.aborted ?? false;
  const seen = countAsked(asked) + asked.skipped + (asked.batches?.waiting ?? 0);
  if (seen === 0 && asked.shards === undefined && asked.stoppedBy === undefined && !interrupted)
    throw noRows(dataset);
  let table: string | undefined;
  try {
    table = await writeTable(paths, task.labels);
  } catch (error) {
    asked.stoppedBy ??= error; // The labels themselves are on disk.
  }
  const { size } = dataset;
  const cascade = model.cascade && routed.beside(model.cascade.calibration);
  return { ...asked, size, table, human, expected: foretold.total, cascade, interrupted };
}

/** How the rows are put to the model; what few runs need is loaded for those. */
async function putterOf({ batch, batchImport }: CollectOptions) {
  if (batchImport !== undefined) return (await import('./run/import-results.js')).importResults;
  return batch ? (await import('./run/batches.js')).askInBatches : ask;
}

/**
 * Writes the requests of the rows that the label file does not have, for another runner to work off, such
 * as `vllm run-batch`. Nothing is sent. `collect` takes the results with `batchImport`.
 *
 * @throws UserError when the file belongs to another run, or the folder cannot be written
 */
export async function exportCollect(
  {
    dataset: named,
    selection = ALL_ROWS,
    model,
    out,
    batchExport: folder,
    shards = 1,
    ...options
  }: PlanOptions & {
    readonly batchExport: string;
    /** Files to write them to. Default: 1. */
    readonly shards?: number | undefined;
  },
  { onRead }: PlanCallbacks = {},
): Promise<Exported> {
  const { jsonl: path } = labelPaths(out);
  refuseSpecialFile(path);
  const dataset = await underRecordedName(named, path, options);
  const rows = () => select(() => dataset.rows(onRead), selection);
  const source = sourceOf(model, dataset);
  const expected = dataset.size === undefined ? undefined : countSelected(selection, dataset.size);
  const { exportRequests } = await import('./run/export-requests.js');
  return exportRequests(rows, model, {
    ...options,
    path,
    source,
    dataset,
    onRead,
    folder,
    shards,
    expected,
  });
}

/**
 * What a run of collect would take: rows, tokens, dollars. Nothing is sent and nothing written.
 *
 * @throws UserError when the file belongs to another run, or there is no row to label
 */
export async function estimateCollect(
  { dataset: named, selection = ALL_ROWS, model, out, ...options }: PlanOptions,
  { onRead }: PlanCallbacks = {},
): Promise<Estimate> {
  const { jsonl } = labelPaths(out);
  refuseSpecialFile(jsonl);
  const dataset = await underRecordedName(named, jsonl, options);
  const { done, meanAnswerTokens } = await readDone(jsonl, sourceOf(model, dataset), {
    ...options,
    dataset,
    onRead,
  });
  const inBatches = options.fresh ? new Set() : keysInBatches(jsonl);
  let waiting = 0;
  const estimate = await estimateRun(
    select(() => dataset.rows(onRead), selection),
    {
      estimator: model.estimator,
      isDone: ({ index, text }) => {
        const isDone = done.hasAttempt({ index, text });
        const isWaiting = !isDone && inBatches.size > 0 && inBatches.has(rowKey(index, text));
        if (isWaiting) waiting += 1;
        return isWaiting || isDone;
      },
      asks: model.cascade?.asks,
      meanAnswerTokens,
    },
  );
  if (estimate.rows === 0) throw noRows(dataset);
  if (waiting === 0) return estimate;
  return { ...estimate, onDisk: estimate.onDisk - waiting, inBatches: waiting };
}

const noRows = ({ name }: Dataset) =>
  new UserError(`${name} has no rows to label`, { hint: 'name a dataset that has some' });
