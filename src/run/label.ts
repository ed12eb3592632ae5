import { setMaxListeners } from 'node:events';
import pLimit from 'p-limit';
import { EXIT, UserError } from '../errors.js';
import type { Classifier } from '../models/classifier.js';
import { DEFAULT_CONCURRENCY } from '../requests/defaults.js';
import type { Sample } from '../sample.js';
import type { Verdict } from '../verdict.js';

/** A sample with what a classifier made of it. */
export interface Judged<S extends Sample = Sample> {
  readonly sample: S;
  readonly verdict: Verdict;
}

export interface LabelOptions {
  /** Requests at a time. */
  readonly concurrency?: number | undefined;
  /** When aborted, nothing new is asked; the classifier is told. */
  readonly signal?: AbortSignal | undefined;
  /** Told of each verdict; what it throws ends the run as a rejection of the classifier does. */
  readonly check?: ((verdict: Verdict) => void) | undefined;
}

/** Samples held for each request at a time: one in flight, one read ahead. */
const LOOK_AHEAD = 2;

/** So many failures in a row, with nothing between, are no matter of single rows. */
const FAILURES_TO_STOP = 25;

/**
 * Puts samples to a classifier, several at a time, and yields the verdicts as they come. No more
 * than twice `concurrency` samples are held.
 *
 * When the signal is aborted, or the classifier rejects, nothing more is asked; verdicts still
 * in flight are yielded, and only then does it end or throw.
 *
 * @throws UserError (exit 3) when the classifier says that the run cannot go on, or failures
 *   do not cease; what `check` throws; whatever reading the samples throws
 */
export async function* label<S extends Sample>(
  samples: AsyncIterable<S>,
  classify: Classifier,
  { concurrency = DEFAULT_CONCURRENCY, signal, check }: LabelOptions = {},
): AsyncGenerator<Judged<S>> {
  const limit = pLimit(concurrency);
  const stop = new AbortController();
  setMaxListeners(0, stop.signal); // One for each request in flight, and no leak.
  const changes = new Changes();
  const ready: Judged<S>[] = [];
  let held = 0;
  let isRead = false;
  let fatal: { readonly error: unknown } | undefined;
  const isStopped = () => stop.signal.aborted;
  const stopAll = (reason?: unknown) => {
    stop.abort(reason);
    changes.announce();
  };
  const onAbort = () => stopAll(signal?.reason);
  const fail = (error: unknown) => {
    fatal ??= { error };
    stopAll(error);
  };

  const judge = async (sample: S) => {
    try {
      if (isStopped()) held -= 1;
      else ready.push({ sample, verdict: await classify(sample, stop.signal) });
    } catch (error) {
      held -= 1;
      if (!isStopped()) fail(error);
    }
    changes.announce();
  };

  const read = async () => {
    for await (const sample of samples) {
      if (isStopped()) return;
      held += 1;
      void limit(judge, sample);
      while (held >= concurrency * LOOK_AHEAD && !isStopped()) await changes.next();
    }
  };

  if (signal?.aborted) onAbort();
  signal?.addEventListener('abort', onAbort, { once: true });

  read()
    .catch((error) => {
      if (!signal?.aborted) fail(error); // Else it is the download that was stopped.
    })
    .finally(() => {
      isRead = true;
      changes.announce();
    });
  try {
    let failuresInARow = 0;
    while (held > 0 || !(isRead || isStopped())) {
      const judged = ready.shift();
      if (!judged) {
        await changes.next();
        continue;
      }
      yield judged;
      held -= 1;
      changes.announce();
      failuresInARow = judged.verdict.outcome === 'failed' ? failuresInARow + 1 : 0;
      if (failuresInARow === FAILURES_TO_STOP) fail(tooManyFailures(judged.verdict));
      try {
        check?.(judged.verdict);
      } catch (error) {
        fail(error);
      }
    }
    if (fatal) throw fatal.error;
  } finally {
    signal?.removeEventListener('abort', onAbort);
    stopAll();
  }
}

/** Wakes all who wait for something to have changed. */
class Changes {
  #waiting: (() => void)[] = [];

  next(): Promise<void> {
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  announce(): void {
    for (const resolve of this.#waiting.splice(0)) resolve();
  }
}

function tooManyFailures(verdict: Verdict): UserError {
  const last = verdict.outcome === 'failed' ? verdict.error : '';
  return new UserError(`${FAILURES_TO_STOP} rows in a row failed, the last with: ${last}`, {
    hint: 'check the server, then run the same command again: it asks only for what is missing',
    exitCode: EXIT.couldNotFinish,
  });
}
