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
  graceMs = GRACE_MS,
): Promise<T> {
  const own = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const startGrace = () => {
    timer = setTimeout(() => own.abort(signal.reason), graceMs);
  };
  if (signal.aborted) startGrace();
  signal.addEventListener('abort', startGrace);
  try {
    return await work(own.signal);
  } finally {
    signal.removeEventListener('abort', startGrace);
    clearTimeout(timer);
  }
}
