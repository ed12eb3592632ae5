import type { FileTotals } from '../labels/done-rows.js';
import { CostTotal } from '../pricing/cost.js';
import { type RowLabel, UNANSWERED, type UnansweredOutcome } from '../terms.js';
import { addUsage, type Usage, type Verdict } from '../verdict.js';

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
  /** Whether nothing more will come of it. */
  readonly hasEnded: boolean;
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
