import { type Batch, hasEnded } from '../batch/batch.js';
import type { RowStore, WaitingRow } from '../batch/row-store.js';
import type { BatchService } from '../batch/service.js';
import type { Entry, Tracker } from '../batch/tracker.js';
import { keyOfAttempt, type LabelFile } from '../labels/label-file.js';
import type { Attempt } from '../labels/label-line.js';
import type { BatchSide } from '../models/batch-side.js';
import type { Model } from '../models/classifier.js';
import { roundDollars } from '../pricing/cost.js';
import type { Verdict } from '../verdict.js';
import type { AskCallbacks, AskOptions } from './ask.js';
import { type Asked, type BatchFacts, count } from './asked.js';
import { UnusableReplies } from './unusable.js';

interface Parts extends AskOptions, AskCallbacks {
  readonly file: LabelFile;
  readonly asked: Asked;
  readonly batches: BatchFacts;
  readonly side: BatchSide;
  readonly model: Model;
  readonly tracker: Tracker;
  readonly service: BatchService;
  readonly rows: RowStore;
  readonly signal: AbortSignal;
}

/** A run in batches: the rows that it still wants, where they are, and what has come of them. */
export class BatchRun {
  readonly parts: Parts;
  readonly #unusable: UnusableReplies;
  /** Money that is set aside, by the entry that it is for. */
  readonly #reserved = new Map<Entry, (usd: number) => void>();
  readonly #standings = new Map<string, string>();
  /** Entries that were refused for want of room: they wait until another batch has ended. */
  readonly crowded = new Set<Entry>();
  /** Whether the server takes no more, and the user does not wait until it does. */
  isFull = false;
  /** What ends the run once what has been downloaded is on disk. */
  stop: { readonly error: unknown } | undefined;

  constructor(parts: Parts) {
    this.parts = parts;
    this.#unusable = new UnusableReplies(parts.model, parts);
  }

  /** Sets aside every row that is wanted; what needs no server is answered at once. */
  async gather(samples: AsyncIterable<Attempt>): Promise<void> {
    const { file, asked, side, rows, signal, onSkip } = this.parts;
    for await (const sample of samples) {
      signal.throwIfAborted();
      const key = keyOfAttempt(sample);
      if (file.hasDone(key)) {
        asked.skipped += 1;
        onSkip?.(asked);
      } else if (!rows.knows(key)) {
        const before = await side.before?.(sample, signal);
        rows.add(key, { sample, own: before?.verdict });
        if (before?.isFinal) this.#settle(key, sample, before.verdict);
      }
    }
    file.assertIntact();
    this.#settleDone();
  }

  /** A crash may have come after the last row of a batch was written, and before that was. */
  #settleDone(): void {
    const { file, tracker } = this.parts;
    for (const entry of tracker.unsettled) {
      if (tracker.keysOf(entry).every((key) => file.hasDone(key))) tracker.settle(entry, []);
    }
  }

  /** Writes the server's verdict on a row that waits. */
  write(key: string, { sample, own }: WaitingRow, theirs: Verdict): void {
    const { side, batches } = this.parts;
    const verdict = own && side.together ? side.together(own, theirs) : theirs;
    const { share } = side.limits;
    batches.savedUsd = roundDollars(batches.savedUsd + (theirs.costUsd ?? 0) * (1 / share - 1));
    this.#settle(key, sample, verdict);
    try {
      this.#unusable.check(verdict);
    } catch (error) {
      this.stop ??= { error };
    }
  }

  /** Writes the verdict on a row that was asked at once. */
  writeDirect(key: string, { sample }: WaitingRow, verdict: Verdict): void {
    this.#settle(key, sample, verdict);
  }

  #settle(key: string, sample: WaitingRow['sample'], verdict: Verdict): void {
    const { file, asked, rows, onRow } = this.parts;
    file.append(sample, verdict);
    rows.settle(key);
    count(asked, verdict);
    onRow?.(sample, verdict, asked);
  }

  /** Keeps the money for an entry out of the reach of others until it has ended. */
  reserve(entry: Entry, usd: number): void {
    const { budget } = this.parts.side;
    if (budget) this.#reserved.set(entry, budget.take({ alone: usd, inCompany: usd }));
  }

  /** @param usd - what the rows of the entry cost */
  release(entry: Entry, usd: number): void {
    this.#reserved.get(entry)?.(usd);
    this.#reserved.delete(entry);
  }

  /** What is still set aside counts as spent: it will be. */
  releaseAll(): void {
    for (const [entry] of this.#reserved) this.release(entry, entry.usd);
  }

  /** Entries that hold a row which this run waits for. */
  get wanted(): Entry[] {
    const { tracker, rows } = this.parts;
    return tracker.unsettled.filter((entry) =>
      tracker.keysOf(entry).some((key) => rows.isWaiting(key)),
    );
  }

  /** Tells of a batch where its state or its counts have changed. */
  tell(entry: Entry, batch: Batch): void {
    const { id, status, request_counts: counts } = batch;
    const { onBatch, asked } = this.parts;
    const { completed: done = 0, failed = 0, total = entry.requests } = counts ?? {};
    const standing = `${status} ${done} ${failed}`;
    const before = this.#standings.get(id);
    if (standing === before) return;
    this.#standings.set(id, standing);
    const isNews = before?.split(' ')[0] !== status;
    const facts = { id, status, done, failed, since: entry.at, isNews, hasEnded: hasEnded(batch) };
    onBatch?.({ ...facts, total: total || entry.requests }, asked);
  }

  /** Adds up what is left at the server. */
  sumUp(): void {
    const { tracker, rows, batches } = this.parts;
    batches.open = 0;
    batches.waiting = 0;
    let unsent = 0;
    for (const entry of tracker.unsettled) {
      const { batch_id } = entry;
      const waiting = tracker.keysOf(entry).filter((key) => rows.isWaiting(key)).length;
      if (batch_id === null) unsent += waiting;
      else batches.waiting += waiting;
      if (batch_id !== null && waiting > 0) batches.open += 1;
    }
    batches.missing = rows.size - batches.waiting - unsent;
  }
}
