import { keysInBatches, trackerPath } from '../batch/tracker.js';
import { UserError } from '../errors.js';
import type { OnRead } from '../files/bytes.js';
import { plural } from '../format.js';
import type { LabelFileOptions } from '../labels/done-rows.js';
import type { LabelFile } from '../labels/label-file.js';
import type { Attempt } from '../labels/label-line.js';
import type { Model } from '../models/classifier.js';
import type { Sample } from '../sample.js';
import type { Verdict } from '../verdict.js';
import { type Asked, type BatchStanding, count } from './asked.js';
import { type Judged, label } from './label.js';
import { labelAtOnce } from './label-at-once.js';
import { type LabelFilePlace, onLabelFile } from './on-label-file.js';
import { UnusableReplies, type UsableOptions } from './unusable.js';

/** How rows are put in batches. */
export interface BatchOptions {
  /** Requests in one file, at most. Default: as many as the server takes. */
  readonly size?: number | undefined;
  /** False to submit what is missing, take what is there, and leave. Default: true. */
  readonly wait?: boolean | undefined;
}

export interface AskOptions extends LabelFileOptions, UsableOptions {
  /** Put the rows in batches, which the server works off within a day; absent: ask them at once. */
  readonly batch?: BatchOptions | undefined;
  /** Requests at a time. */
  readonly concurrency?: number | undefined;
  /** Aborted to stop early; what is in flight is still written. */
  readonly signal?: AbortSignal | undefined;
}

export interface AskCallbacks {
  readonly onNote?: ((note: string) => void) | undefined;
  /** Told how far a file is read before anything is asked. */
  readonly onRead?: OnRead | undefined;
  /** Told of each row once it is on disk. */
  readonly onRow?: ((sample: Sample, verdict: Verdict, soFar: Asked) => void) | undefined;
  /** Told of each row that is passed over because it is done. */
  readonly onSkip?: ((soFar: Asked) => void) | undefined;
  /** Told of a batch when it is made, and whenever its state or its counts have changed. */
  readonly onBatch?: ((standing: BatchStanding, soFar: Asked) => void) | undefined;
  /** Told of the bytes of a file of requests that are sent, and of all. */
  readonly onUpload?: ((sent: number, total: number) => void) | undefined;
}

/**
 * Puts samples to a model and appends each verdict to a label file as it comes. Rows that the file
 * already holds are passed over, so that a rerun picks up where the last one stopped.
 *
 * What ends the run before its time is returned, not thrown, since everything answered until then
 * is on disk and was paid for.
 *
 * @throws UserError when the file belongs to another run or cannot be opened
 */
export async function ask(
  samples: AsyncIterable<Attempt>,
  model: Model,
  place: LabelFilePlace,
  options: AskOptions & AskCallbacks = {},
): Promise<Asked> {
  refuseOpenBatches(place.path, options);
  const { wanted = [] } = place;
  return onLabelFile(place, options, async (file, asked) => {
    if (wanted.length === 0 || !file.hasDoneAll(wanted)) {
      return askMissing(samples, model, { file, asked, ...options });
    }
    // Nor need they be read once more.
    asked.skipped = wanted.length;
    options.onSkip?.(asked);
  });
}

async function askMissing(
  samples: AsyncIterable<Attempt>,
  model: Model,
  { file, asked, ...options }: AskOptions & AskCallbacks & { file: LabelFile; asked: Asked },
): Promise<void> {
  const { concurrency, signal, onRow, onSkip } = options;
  const missing = async function* () {
    for await (const sample of samples) {
      if (!file.isDone(sample)) yield sample;
      else {
        asked.skipped += 1;
        onSkip?.(asked);
      }
    }
  };
  const unusable = new UnusableReplies(model, options);
  let failure: { readonly error: unknown } | undefined;
  /** Once a row could not be written, what still arrives is paid for and lost as well. */
  const write = (answers: readonly Judged<Attempt>[]): boolean => {
    try {
      const rows = answers.map(({ sample, verdict }) => ({ attempt: sample, verdict }));
      if (!failure) file.appendAll(rows);
    } catch (error) {
      failure = { error };
    }
    for (const { verdict } of failure ? answers : []) {
      if (verdict.outcome !== 'failed') model.addPossiblyBilled?.(verdict.costUsd ?? 0);
    }
    return !failure;
  };
  const check = (verdict: Verdict) => {
    if (failure) throw failure.error;
    unusable.check(verdict);
    file.assertIntact();
  };
  const judged = model.judge
    ? labelAtOnce(missing(), model.judge, { signal, check })
    : oneByOne(label(missing(), model.classify, { concurrency, signal, check }));
  for await (const answers of judged) {
    if (!write(answers)) continue;
    for (const { sample, verdict } of answers) {
      count(asked, verdict);
      onRow?.(sample, verdict, asked);
    }
  }
}

async function* oneByOne<T>(items: AsyncIterable<T>): AsyncGenerator<readonly T[]> {
  for await (const item of items) yield [item];
}

/** Rows that are in a batch are paid for already. */
function refuseOpenBatches(path: string, { fresh, discard }: AskOptions): void {
  if (fresh || discard) return;
  const waiting = keysInBatches(path).size;
  if (waiting === 0) return;
  throw new UserError(`${plural(waiting, 'row')} of ${path} are in batches that have not ended`, {
    hint: `add \`batch\` to take them up; once the batches are cancelled, ${trackerPath(path)} may be moved away`,
  });
}
