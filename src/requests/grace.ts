import { type Clock, systemClock } from './clock.js';

/** What is in flight when a run is stopped gets so long: it may be paid for already. */
export const GRACE_MS = 5_000;

/**
 * Runs a request under a signal of its own, aborted when the run's signal has been for the length
 * of the grace. (The SDK also leaves a listener on the signal of each request; over 100,000
 * requests they would pile up on the run's.)
 */
export async function withGrace<T>(
  signal: AbortSignal,
  work: (own: AbortSignal) => Promise<T>,
  clock: Clock = systemClock,
): Promise<T> {
  const own = new AbortController();
  let cancel = () => {};
  const startGrace = () => {
    cancel = clock.startDeadline(GRACE_MS, () => own.abort(signal.reason));
  };
  if (signal.aborted) startGrace();
  signal.addEventListener('abort', startGrace);
  try {
    return await work(own.signal);
  } finally {
    signal.removeEventListener('abort', startGrace);
    cancel();
  }
}
