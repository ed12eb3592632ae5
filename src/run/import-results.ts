import { readResult, verdictOfResult } from '../batch/result-line.js';
import { RowStore, type WaitingRow } from '../batch/row-store.js';
import { batchSideOf } from '../batch/side-of.js';
import { decodeLine, readLineBlocks } from '../files/lines.js';
import { keyOfAttempt, type LabelFile } from '../labels/label-file.js';
import type { Attempt } from '../labels/label-line.js';
import type { BatchSide } from '../models/batch-side.js';
import type { Model } from '../models/classifier.js';
import type { Verdict } from '../verdict.js';
import type { AskCallbacks, AskOptions } from './ask.js';
import { type Asked, count } from './asked.js';
import { type LabelFilePlace, onLabelFile, untilAborted } from './on-label-file.js';
import { missingShards, type ResultSet, resultSetsOf } from './result-sets.js';

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
  const sets = await resultSetsOf(options.results, place.source);
  return onLabelFile(place, options, (file, asked) =>
    untilAborted(options.signal, async () => {
      const run = new Import({ ...options, file, asked, side, scratch: `${place.path}.rows.tmp` });
      await run.take(samples, sets);
      asked.shards = missingShards(options.results, sets);
    }),
  );
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

/** What a call of the system for each would take as long as all else that is done for a row. */
const ROWS_A_WRITE = 256;

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
  /** Not written yet: a crash loses nothing, for the results stay where they are. */
  #pending: { readonly attempt: Attempt; readonly verdict: Verdict }[] = [];

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
      this.#flush();
    }
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
    const { signal } = this.#parts;
    if (!isWhole) return;
    for (const path of paths) {
      for await (const lines of readLineBlocks(path, {})) {
        signal?.throwIfAborted();
        for (const line of lines) this.#takeLine(decodeLine(line, path), rows);
      }
      this.#flush();
    }
  }

  #takeLine(line: string, rows: Rows): void {
    const { side } = this.#parts;
    const result = readResult(line);
    const row = result && rows.get(result.custom_id);
    if (!result || !row) return;
    const { verdict: theirs } = verdictOfResult(result, side, row.sample.text);
    const verdict = row.own && side.together ? side.together(row.own, theirs) : theirs;
    this.#write(row.sample, verdict);
    rows.settle(result.custom_id);
  }

  #write(attempt: Attempt, verdict: Verdict): void {
    this.#pending.push({ attempt, verdict });
    if (this.#pending.length === ROWS_A_WRITE) this.#flush();
  }

  #flush(): void {
    const { file, asked, onRow } = this.#parts;
    const rows = this.#pending;
    this.#pending = [];
    file.appendAll(rows);
    for (const { attempt, verdict } of rows) {
      count(asked, verdict);
      onRow?.(attempt, verdict, asked);
    }
    file.assertIntact();
  }
}
