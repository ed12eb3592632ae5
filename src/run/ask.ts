import type { FileTotals, LabelFileOptions, OpenOptions } from '../labels/done-rows.js';
import { LabelFile } from '../labels/label-file.js';
import type { Attempt, Source } from '../labels/label-line.js';
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

export interface AskOptions extends LabelFileOptions, UsableOptions {
  /** Requests at a time. */
  readonly concurrency?: number | undefined;
  /** Aborted to stop early; what is in flight is still written. */
  readonly signal?: AbortSignal | undefined;
}

export interface AskCallbacks {
  readonly onNote?: ((note: string) => void) | undefined;
  /** Told of each row once it is on disk. */
  readonly onRow?: ((sample: Sample, verdict: Verdict, soFar: Asked) => void) | undefined;
  /** Told of each row that is passed over because it is done. */
  readonly onSkip?: ((soFar: Asked) => void) | undefined;
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
  {
    path,
    source,
    moved,
  }: { readonly path: string; readonly source: Source } & Pick<OpenOptions, 'moved'>,
  options: AskOptions & AskCallbacks = {},
): Promise<Asked> {
  const { concurrency, signal, onNote, onRow, onSkip } = options;
  const file = await LabelFile.open(path, source, { ...options, moved });
  for (const aside of file.kept) onNote?.(`kept what was there as ${aside}`);
  if (file.tornBytes > 0) onNote?.(`dropped a half-written last line (${file.tornBytes} bytes)`);

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
  const write = (sample: Attempt, verdict: Verdict): boolean => {
    try {
      if (!failure) file.append(sample, verdict);
    } catch (error) {
      failure = { error };
    }
    if (failure && verdict.outcome !== 'failed') model.addPossiblyBilled?.(verdict.costUsd ?? 0);
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
      : label(missing(), model.classify, { concurrency, signal, check });
    for await (const { sample, verdict } of judged) {
      if (!write(sample, verdict)) continue;
      count(asked, verdict);
      onRow?.(sample, verdict, asked);
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

function nothingAsked({ file, totals }: Pick<Asked, 'file' | 'totals'>): Asked {
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

function count(asked: Asked, verdict: Verdict): void {
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
  return { ...sum, retryable: before.retryable + after.retryable, skipped: before.skipped };
}
