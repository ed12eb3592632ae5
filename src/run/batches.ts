import { runHash } from '../batch/identity.js';
import { RowStore } from '../batch/row-store.js';
import { BatchService } from '../batch/service.js';
import { batchSideOf } from '../batch/side-of.js';
import { takeStock } from '../batch/stock.js';
import { Tracker, trackerPath } from '../batch/tracker.js';
import { type LabelFile, setAside } from '../labels/label-file.js';
import type { Attempt } from '../labels/label-line.js';
import type { BatchSide } from '../models/batch-side.js';
import type { Model } from '../models/classifier.js';
import type { AskCallbacks, AskOptions } from './ask.js';
import type { Asked, BatchFacts } from './asked.js';
import { BatchRun } from './batch-run.js';
import { submitRows } from './batch-submit.js';
import { lookAtAll, waitForBatches } from './batch-wait.js';
import { type LabelFilePlace, onLabelFile, untilAborted } from './on-label-file.js';

/**
 * Puts samples to a model in batches and appends each result to a label file as it comes: the sibling of
 * `ask`, with the same file, the same resume and the same summary. A row is in one batch at most, of
 * whatever run or machine, until that batch has ended.
 *
 * What ends the run before its time is returned, not thrown. Batches that are at the server go on, and
 * the next run takes them up.
 *
 * @throws UserError when the model is behind no server, or the file belongs to another run or cannot be
 *   opened
 */
export async function askInBatches(
  samples: AsyncIterable<Attempt>,
  model: Model,
  place: LabelFilePlace,
  options: AskOptions & AskCallbacks = {},
): Promise<Asked> {
  const { signal = new AbortController().signal } = options;
  const side = batchSideOf(model.id, model.batch);
  return onLabelFile(place, options, (file, asked) =>
    untilAborted(signal, () =>
      work(samples, model, place, { ...options, signal, side, file, asked }),
    ),
  );
}

interface Work extends AskOptions, AskCallbacks {
  readonly signal: AbortSignal;
  readonly side: BatchSide;
  readonly file: LabelFile;
  readonly asked: Asked;
}

async function work(
  samples: AsyncIterable<Attempt>,
  model: Model,
  { path, source }: LabelFilePlace,
  given: Work,
): Promise<void> {
  const { side, asked, signal, fresh = false, onNote } = given;
  const recorded = trackerPath(path);
  if (fresh) for (const aside of setAside(recorded)) onNote?.(`kept what was there as ${aside}`);
  const opened = Tracker.open(recorded, runHash({ ...source, path }));
  if (fresh) opened.save(); // Else the next run would take up the batches of the old file.
  const batches: BatchFacts = noBatches(recorded);
  asked.batches = batches;
  const service = new BatchService(side, { signal, onNote });
  const { clock } = side;
  const tracker = fresh ? opened : await takeStock(opened, service, { clock, signal, onNote });
  if (tracker.form !== null && side.form?.use(tracker.form) === false) tracker.form = null;
  const rows = new RowStore(`${path}.batches.rows.tmp`);
  const run = new BatchRun({ ...given, batches, model, tracker, service, rows });
  try {
    await run.gather(samples);
    if (tracker.unsettled.length > 0) await lookAtAll(run);
    await submitRows(run);
    await waitForBatches(run);
  } finally {
    run.sumUp();
    run.releaseAll();
    rows.close();
  }
}

const noBatches = (tracker: string): BatchFacts => ({
  tracker,
  submitted: 0,
  open: 0,
  waiting: 0,
  missing: 0,
  savedUsd: 0,
});
