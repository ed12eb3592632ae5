import { keysInBatches, trackerPath } from '../batch/tracker.js';
import { UserError } from '../errors.js';
import type { OnRead } from '../files/bytes.js';
import { plural } from '../format.js';
import type { FileTotals, LabelFileOptions, OpenOptions } from '../labels/done-rows.js';
import { LabelFile } from '../labels/label-file.js';
import type { Answer, Attempt, Source } from '../labels/label-line.js';
import type { Model } from '../models/classifier.js';
import { CostTotal } from '../pricing/cost.js';
import {
  addUsage,
  type RowLabel,
  type Sample,
  UNANSWERED,
  type UnansweredOutcome,
  type Usage,
  type Verdict,
} from '../records.js';
import { label } from './label.js';
import { labelAtOnce } from './label-at-once.js';
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

/** How far a batch has come at its server. */
export interface BatchStanding {
  readonly id: string;
  /** As OpenAI names it: `validating`, `in_progress`, `completed` and so on. */
  readonly status: string;
  readonly done: number;
  readonly failed: number;
  readonly total: number;
  /** When it was submitted, ISO 8601. */
  readonly since: string;
  /** Whether this is another state than the last time. */
  readonly isNews: boolean;
}

/** What became of the batches of a run. */
export interface BatchFacts {
  /** Where they are on record. */
  readonly tracker: string;
  /** Rows that this run submitted. */
  submitted: number;
  /** Batches that are still at the server, and the rows of this run in them. */
  open: number;
  waiting: number;
  /** Rows that are wanted and in no batch: of some that ended without a result of them, say. */
  missing: number;
  /** Dollars that asking the rows of this run at once would have cost on top. */
  savedUsd: number;
}

/** What came of the rows that were put to a model. */
export interface Asked {
  /** The label file. */
  readonly file: string;
  /** What the file holds, by this run and those before. */
  readonly totals: FileTotals;
  /** Rows that got a label in this run, by label. */
  readonly labels: Record<RowLabel, number>;
  readonly unanswered: Partial<Record<UnansweredOutcome, number>>;
  /** Of the failed rows, those that the next run asks again. */
  retryable: number;
  /** Rows passed over because an earlier run had done them. */
  skipped: number;
  usage: Usage;
  readonly cost: CostTotal;
  seconds: number;
  /** Absent where the rows were asked at once. */
  batches?: BatchFacts;
  /** Of results that were imported: how many shards there are, and which of them are not whole. */
  shards?: {
    readonly all: number;
    readonly missing: readonly number[];
    /** The file that lists them. */
    readonly list: string | undefined;
  };
  /** What ended the run before its time, if anything did. */
  stoppedBy?: unknown;
}

/** Rows that got a label in this run. */
export const countLabelled = ({ labels }: Asked): number => labels.positive + labels.negative;

/** Rows that were asked in this run and got none. */
export const countUnanswered = ({ unanswered }: Asked): number =>
  Object.values(unanswered).reduce((sum, count) => sum + count, 0);

/** Rows that were asked in this run. */
export const countAsked = (asked: Asked): number => countLabelled(asked) + countUnanswered(asked);

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
  const { concurrency, signal, onRow, onSkip } = options;
  refuseOpenBatches(place.path, options);
  const file = await openLabelFile(place, options);
  const asked = nothingAsked({ file: file.path, totals: file.totals });
  const started = performance.now();
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
  const write = (answers: readonly Answer[]): boolean => {
    try {
      if (!failure) file.append(...answers);
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
  try {
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
  } catch (error) {
    asked.stoppedBy = error;
  }
  try {
    file.close();
  } catch (error) {
    asked.stoppedBy ??= error;
  }
  asked.seconds = (performance.now() - started) / 1000;
  return asked;
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

/** Where the rows of a run go, and what they have in common. */
export interface LabelFilePlace extends Pick<OpenOptions, 'moved'> {
  readonly path: string;
  readonly source: Source;
}

/**
 * Opens the file of a run, and says what was done to it.
 *
 * @throws UserError when the file belongs to another run or cannot be opened
 */
export async function openLabelFile(
  { path, source, moved }: LabelFilePlace,
  options: AskOptions & AskCallbacks,
): Promise<LabelFile> {
  const { onNote } = options;
  const file = await LabelFile.open(path, source, { ...options, moved });
  for (const aside of file.kept) onNote?.(`kept what was there as ${aside}`);
  if (file.tornBytes > 0) onNote?.(`dropped a half-written last line (${file.tornBytes} bytes)`);
  return file;
}

/** A run that has asked nothing yet. */
export function nothingAsked({ file, totals }: Pick<Asked, 'file' | 'totals'>): Asked {
  return {
    file,
    totals,
    labels: { positive: 0, negative: 0 },
    unanswered: {},
    retryable: 0,
    skipped: 0,
    usage: { prompt_tokens: 0, completion_tokens: 0 },
    cost: new CostTotal(),
    seconds: 0,
  };
}

/** Counts a row that is on disk. */
export function count(asked: Asked, verdict: Verdict): void {
  asked.usage = addUsage(asked.usage, verdict.usage) ?? asked.usage;
  asked.cost.add(verdict.costUsd);
  if (verdict.outcome === 'answered') asked.labels[verdict.label] += 1;
  else {
    asked.unanswered[verdict.outcome] = (asked.unanswered[verdict.outcome] ?? 0) + 1;
    if (verdict.outcome === 'failed' && verdict.retryable) asked.retryable += 1;
  }
}

/** Two runs over one file, the one after the other. What it held before is what the first found. */
export function addAsked(before: Asked, after: Asked): Asked {
  const sum = nothingAsked(after);
  for (const { labels, unanswered, cost, ...run } of [before, after]) {
    sum.labels.positive += labels.positive;
    sum.labels.negative += labels.negative;
    for (const outcome of UNANSWERED) {
      const count = (sum.unanswered[outcome] ?? 0) + (unanswered[outcome] ?? 0);
      if (count > 0) sum.unanswered[outcome] = count;
    }
    sum.usage = addUsage(sum.usage, run.usage) ?? sum.usage;
    sum.cost.addTotal(cost);
    sum.seconds += run.seconds;
  }
  const batches = addBatches(before.batches, after.batches);
  return {
    ...sum,
    retryable: before.retryable + after.retryable,
    skipped: before.skipped,
    ...(batches && { batches }),
  };
}

/** What is open still is so after the later run. */
function addBatches(
  before: BatchFacts | undefined,
  after: BatchFacts | undefined,
): BatchFacts | undefined {
  if (!before || !after) return after ?? before;
  return {
    ...after,
    submitted: before.submitted + after.submitted,
    savedUsd: before.savedUsd + after.savedUsd,
  };
}
