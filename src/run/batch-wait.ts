import { type Batch, hasEnded } from '../batch/batch.js';
import { createBatch } from '../batch/create.js';
import { newName } from '../batch/identity.js';
import type { Entry } from '../batch/tracker.js';
import { EXIT, UserError } from '../errors.js';
import type { BatchRun } from './batch-run.js';
import { takeResults } from './batch-take.js';

/** A batch takes minutes at least; one that goes on for hours is asked less often. */
const FIRST_WAIT_MS = 5_000;
const LONGEST_WAIT_MS = 120_000;
const GROWTH = 1.5;

/** So often may a server refuse for want of room while nothing of ours is there to make it. */
const MOST_REFUSALS = 60;

/** A batch of more tokens than the account may have waiting at a time, with those that wait already. */
const QUEUE_FULL = 'token_limit_exceeded';

/** Waits for every batch with a row of this run, unless the user does not. */
export async function waitForBatches(run: BatchRun): Promise<void> {
  if (run.parts.batch?.wait === false) await lookAtAll(run);
  else await waitUntil(run, () => run.wanted.length === 0);
}

/**
 * Looks at the batches, at intervals that grow while nothing ends, until something is so.
 *
 * @throws what ends the run
 */
export async function waitUntil(run: BatchRun, isSo: () => boolean): Promise<void> {
  const { side, signal } = run.parts;
  let refusals = 0;
  for (let waitMs = FIRST_WAIT_MS; !isSo(); ) {
    const { settled, working } = await lookAtAll(run);
    if (isSo()) return;
    refusals = settled + working > 0 ? 0 : refusals + 1;
    if (refusals === MOST_REFUSALS) throw noRoom(side.server.provider);
    waitMs = settled > 0 ? FIRST_WAIT_MS : waitMs;
    await side.clock.sleep(waitMs, signal);
    waitMs = Math.min(LONGEST_WAIT_MS, waitMs * GROWTH);
  }
}

const noRoom = (provider: string) =>
  new UserError(`${provider} takes no batch, although none of this run is there`, {
    hint: 'give `batchSize` a smaller number, or wait until other batches of the account are done, then run the same command again',
    exitCode: EXIT.couldNotFinish,
  });

/** Takes the results of those that have ended, and makes batches of files that wait for room. */
export async function lookAtAll(run: BatchRun): Promise<{ settled: number; working: number }> {
  const { service, signal } = run.parts;
  let settled = 0;
  let working = 0;
  // Those at work first: when one has ended there is room for another.
  for (const entry of run.wanted.sort(byWork)) {
    signal.throwIfAborted();
    if (entry.batch_id === null) {
      const isFull = run.crowded.has(entry) && working > 0 && settled === 0;
      if (!isFull) await retryCreate(run, entry);
    }
    if (entry.batch_id === null) continue;
    const now = await service.retrieve(entry.batch_id);
    run.tell(entry, now);
    if (!hasEnded(now)) working += 1;
    else if (isForWantOfRoom(now)) requeue(run, entry);
    else {
      await takeResults(run, entry, now);
      settled += 1;
      if (now.status === 'failed') run.stop ??= { error: batchFailed(now) };
    }
    if (run.stop) throw run.stop.error;
  }
  return { settled, working };
}

const byWork = (a: Entry, b: Entry) => Number(a.batch_id === null) - Number(b.batch_id === null);

/** Makes the batch of a file that is at the server already. */
async function retryCreate(run: BatchRun, entry: Entry): Promise<void> {
  const { side, signal } = run.parts;
  if (entry.file_id === null) return;
  await createBatch(entry, entry.file_id, run.parts, { clock: side.clock, signal });
}

const isForWantOfRoom = ({ status, errors }: Batch): boolean =>
  status === 'failed' && (errors?.data?.some(({ code }) => code === QUEUE_FULL) ?? false);

/** It was refused as a whole, so its file makes another batch, under a new name. */
function requeue(run: BatchRun, entry: Entry): void {
  const { tracker, onNote } = run.parts;
  if (!run.crowded.has(entry)) {
    onNote?.(
      `the account has as many tokens waiting as it may: the batch ${entry.batch_id} is submitted again later`,
    );
  }
  run.crowded.add(entry);
  tracker.change(entry, { state: 'uploaded', batch_id: null, intent: newName() });
}

const batchFailed = ({ id, errors }: Batch) =>
  new UserError(
    `the batch ${id} has failed${errors?.data?.[0]?.message ? `: ${errors.data[0].message}` : ''}`,
    {
      hint: 'correct what it says, then run the same command again: it submits what is missing',
      exitCode: EXIT.couldNotFinish,
    },
  );
