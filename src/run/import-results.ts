import { existsSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { readResult, verdictOfResult } from '../batch/result-line.js';
import { RowStore, type WaitingRow } from '../batch/row-store.js';
import {
  folderOfShards,
  isWholeShard,
  type Manifest,
  readManifest,
  shardOfFile,
  shardPaths,
} from '../batch/shards.js';
import { batchSideOf } from '../batch/side-of.js';
import { UserError } from '../errors.js';
import { writeAtomically } from '../files/atomic.js';
import { readLines } from '../files/lines.js';
import { keyOfAttempt, type LabelFile } from '../labels/label-file.js';
import type { Attempt, Source } from '../labels/label-line.js';
import type { BatchSide } from '../models/batch-side.js';
import type { Model } from '../models/classifier.js';
import type { Verdict } from '../records.js';
import {
  type AskCallbacks,
  type Asked,
  type AskOptions,
  count,
  type LabelFilePlace,
  nothingAsked,
  openLabelFile,
} from './ask.js';

export interface ImportOptions extends AskOptions {
  /** A folder that `exportRequests` wrote, with the results in its `results`; or files of results. */
  readonly results: string;
}

/**
 * Appends the results of requests that another runner has worked off to a label file: the sibling of `ask`
 * that asks nobody. A shard counts when it is whole; those that are not are named, and listed in a file.
 *
 * @throws UserError when there are no results, they are of other requests, or the file cannot be opened
 */
export async function importResults(
  samples: AsyncIterable<Attempt>,
  model: Model,
  place: LabelFilePlace,
  options: ImportOptions & AskCallbacks,
): Promise<Asked> {
  const side = batchSideOf(model.id, model.batch);
  const sets = await setsOf(options.results, place.source);
  const file = await openLabelFile(place, options);
  const asked = nothingAsked({ file: file.path, totals: file.totals });
  const started = performance.now();
  const run = new Import({ ...options, file, asked, side, scratch: `${place.path}.rows.tmp` });
  try {
    await run.take(samples, sets);
    asked.shards = factsOf(options.results, sets);
  } catch (error) {
    if (options.signal?.aborted !== true) asked.stoppedBy = error;
  }
  try {
    file.close();
  } catch (error) {
    asked.stoppedBy ??= error;
  }
  asked.seconds = (performance.now() - started) / 1000;
  return asked;
}

/** Results that belong to a stretch of the rows. */
interface ResultSet {
  readonly paths: readonly string[];
  /** The places in the split of its first row and its last. */
  readonly first: number;
  readonly last: number;
  readonly requests: number;
  /** The number of its shard; undefined where nobody knows which requests there were. */
  readonly shard?: number;
  readonly isWhole: boolean;
}

async function setsOf(path: string, source: Source): Promise<ResultSet[]> {
  if (!existsSync(path)) {
    throw new UserError(`${path} is not there`, {
      hint: 'name a file of results, or the folder that `batchExport` wrote',
    });
  }
  const folder = folderOfShards(path);
  if (folder === undefined) return [looseSet(path)];
  const manifest = readManifest(folder);
  refuseOtherRequests(folder, manifest, source);
  const isFile = statSync(path).isFile();
  const only = isFile ? shardOfFile(manifest, path) : undefined;
  if (only === -1) return [looseSet(path)];
  const sets: ResultSet[] = [];
  for (const [shard, each] of manifest.shards.entries()) {
    if (only !== undefined && shard !== only) continue;
    const result = isFile ? path : join(shardPaths(folder).results, each.name);
    const { first, last, requests } = each;
    const isWhole = await isWholeShard(result, each);
    sets.push({ paths: [result], first, last, requests, shard, isWhole });
  }
  return sets;
}

/** Results of which nobody knows the requests: each line counts. */
function looseSet(path: string): ResultSet {
  const paths = statSync(path).isFile()
    ? [path]
    : readdirSync(path)
        .filter((name) => name.endsWith('.jsonl'))
        .sort()
        .map((name) => join(path, name));
  if (paths.length === 0) {
    throw new UserError(`${path} has no .jsonl file of results`, {
      hint: 'name the file, or the folder that it is in',
    });
  }
  const all = Number.POSITIVE_INFINITY;
  return { paths, first: 0, last: all, requests: all, isWhole: true };
}

const COMPARED = ['model', 'provider', 'prompt', 'dataset', 'split'] as const;

function refuseOtherRequests(folder: string, { source: made }: Manifest, source: Source): void {
  const key = COMPARED.find((name) => made[name] !== source[name]);
  if (!key) return;
  throw new UserError(
    `the requests in ${folder} were made with ${key} ${made[key]}, this run has ${key} ${source[key]}`,
    { hint: 'give the flags that they were exported with' },
  );
}

function factsOf(path: string, sets: readonly ResultSet[]): NonNullable<Asked['shards']> {
  const folder = folderOfShards(path);
  const missing = sets.flatMap(({ isWhole, shard }) =>
    isWhole || shard === undefined ? [] : [shard],
  );
  const isAll = folder !== undefined && statSync(path).isDirectory();
  const list = isAll ? shardPaths(folder).missing : undefined;
  if (list !== undefined) {
    if (missing.length === 0) rmSync(list, { force: true });
    else writeAtomically(list, [missing.map((shard) => `${shard}\n`).join('')]);
  }
  return { all: sets.length, missing, list: missing.length > 0 ? list : undefined };
}

/** Rows that wait for their results. */
type Rows = Pick<RowStore, 'add' | 'get' | 'settle' | 'close'>;

/** So many rows of a shard are kept in memory; of more, on disk. */
const ROWS_IN_MEMORY = 50_000;

class RowsInMemory implements Rows {
  readonly #rows = new Map<string, WaitingRow>();
  add(key: string, row: WaitingRow): void {
    this.#rows.set(key, row);
  }
  get(key: string): WaitingRow | undefined {
    return this.#rows.get(key);
  }
  settle(key: string): void {
    this.#rows.delete(key);
  }
  close(): void {
    this.#rows.clear();
  }
}

interface Parts extends AskCallbacks {
  readonly file: LabelFile;
  readonly asked: Asked;
  readonly side: BatchSide;
  readonly signal?: AbortSignal | undefined;
  /** A file that may be made for rows. */
  readonly scratch: string;
}

class Import {
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** Goes through the rows once, and takes the results of each stretch when its rows are known. */
  async take(samples: AsyncIterable<Attempt>, sets: readonly ResultSet[]): Promise<void> {
    const { file, asked, onSkip, signal } = this.#parts;
    let at = 0;
    let rows: Rows | undefined;
    const finish = async () => {
      const set = sets[at];
      if (set && rows) await this.#takeSet(set, rows);
      rows?.close();
      rows = undefined;
      at += 1;
    };
    try {
      for await (const sample of samples) {
        signal?.throwIfAborted();
        for (let set = sets[at]; set && sample.index > set.last; set = sets[at]) await finish();
        const set = sets[at];
        if (!set) break;
        const key = keyOfAttempt(sample);
        if (file.hasDone(key)) {
          asked.skipped += 1;
          onSkip?.(asked);
        } else if (sample.index >= set.first && set.isWhole) {
          rows ??= this.#openRows(set);
          await this.#addRow(rows, key, sample);
        }
      }
      while (at < sets.length) await finish();
    } finally {
      rows?.close();
    }
    file.assertIntact();
  }

  #openRows({ requests }: ResultSet): Rows {
    return requests > ROWS_IN_MEMORY ? new RowStore(this.#parts.scratch) : new RowsInMemory();
  }

  async #addRow(rows: Rows, key: string, sample: Attempt): Promise<void> {
    const { side, signal = new AbortController().signal } = this.#parts;
    const before = await side.before?.(sample, signal);
    if (before?.isFinal) this.#write(sample, before.verdict);
    else rows.add(key, { sample, own: before?.verdict });
  }

  async #takeSet({ paths, isWhole }: ResultSet, rows: Rows): Promise<void> {
    const { side, file, signal } = this.#parts;
    if (!isWhole) return;
    for (const path of paths) {
      for await (const { value: line } of readLines(path)) {
        signal?.throwIfAborted();
        const result = readResult(line);
        const row = result && rows.get(result.custom_id);
        if (!result || !row) continue;
        const { verdict: theirs } = verdictOfResult(result, side, row.sample.text);
        const verdict = row.own && side.together ? side.together(row.own, theirs) : theirs;
        this.#write(row.sample, verdict);
        rows.settle(result.custom_id);
      }
      file.assertIntact();
    }
  }

  #write(sample: Attempt, verdict: Verdict): void {
    const { file, asked, onRow } = this.#parts;
    file.append({ sample, verdict });
    count(asked, verdict);
    onRow?.(sample, verdict, asked);
  }
}
