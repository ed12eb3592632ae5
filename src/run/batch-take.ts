import type { Batch } from '../batch/batch.js';
import { isNotDone, readResult, verdictOfResult, withoutResult } from '../batch/result-line.js';
import { resultFilesOf } from '../batch/stock.js';
import type { Entry } from '../batch/tracker.js';
import { plural } from '../format.js';
import type { BatchRun } from './batch-run.js';

/** A result file may be shown before all of it is. */
const DOWNLOADS = 3;
const WAIT_MS = 5_000;

/**
 * Downloads the results of a batch that has ended and writes each row as it comes, so that a download
 * that is broken off loses nothing. What the batch has no result of may be submitted again.
 */
export async function takeResults(run: BatchRun, entry: Entry, batch: Batch): Promise<void> {
  const { side, tracker, rows, file, signal, onNote } = run.parts;
  const keys = new Set(tracker.keysOf(entry));
  const before = run.parts.asked.cost.usd;
  for (let downloads = 1; ; downloads++) {
    await download(run, batch, keys);
    const isWhole = ![...keys].some((key) => rows.isWaiting(key));
    if (isWhole || batch.status !== 'completed' || downloads === DOWNLOADS) break;
    await side.clock.sleep(WAIT_MS, signal);
  }
  const left = [...keys].filter((key) => rows.isWaiting(key));
  if (batch.status === 'completed') {
    for (const key of left) {
      const row = rows.get(key);
      if (row) run.write(key, row, withoutResult(side, batch.id));
    }
  } else if (left.length > 0 || batch.status !== 'expired') {
    const reason = batch.errors?.data?.find(({ message }) => message)?.message;
    onNote?.(
      `the batch ${batch.id} ${batch.status === 'failed' ? 'has failed' : `is ${batch.status}`}${reason ? `: ${reason}` : ''}; ${plural(left.length, 'row')} of it have no result`,
    );
  }
  file.assertIntact();
  // Rows that this run does not take: their results are for one that does.
  const others = [...keys].filter((key) => !rows.knows(key) && !file.hasDone(key));
  run.release(entry, run.parts.asked.cost.usd - before);
  const { status } = batch;
  tracker.settle(entry, others, { status, missing: status === 'completed' ? 0 : left.length });
}

async function download(run: BatchRun, batch: Batch, keys: ReadonlySet<string>): Promise<void> {
  const { side, tracker, service, rows, file, onNote } = run.parts;
  for (const id of resultFilesOf(batch)) {
    for await (const line of service.lines(id)) {
      const result = readResult(line);
      if (!result || isNotDone(result) || !keys.has(result.custom_id)) continue;
      const row = rows.get(result.custom_id);
      if (!row) continue;
      const { verdict, refusal } = verdictOfResult(result, side, row.sample.text);
      run.write(result.custom_id, row, verdict);
      if (refusal === undefined || tracker.form === null) continue;
      tracker.form = null; // It is on disk with the entry.
      onNote?.(
        `the server refuses how the requests of ${batch.id} are put: ${refusal}; the next run asks a row at once first, to learn how`,
      );
    }
    file.assertIntact();
  }
}
