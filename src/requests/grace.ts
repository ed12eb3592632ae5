import { setMaxListeners } from 'node:events';
import { type Clock, systemClock } from './clock.js';

/** What is in flight when a run is stopped gets so long: it may be paid for already. */
export const GRACE_MS = 5_000;

/** By the signals of runs: a signal for each request would take more than the request's own timer. */
const graces = new WeakMap<AbortSignal, Grace>();

/**
 * Runs a request under a signal that is aborted when the run's signal has been for the length of the
 * grace. All requests of a run share it, so what listens to it must leave when its request ends.
 */
export function withGrace<T>(
  signal: AbortSignal,
  work: (own: AbortSignal) => Promise<T>,
  clock: Clock = systemClock,
): Promise<T> {
  const grace = graces.get(signal) ?? new Grace(signal, clock);
  graces.set(signal, grace);
  return grace.run(work);
}

class Grace {
  readonly #run: AbortSignal;
  readonly #clock: Clock;
  readonly #over = new AbortController();
  #inFlight = 0;
  /** Set while it runs. */
  #cancel: (() => void) | undefined;

  constructor(run: AbortSignal, clock: Clock) {
    this.#run = run;
    this.#clock = clock;
    setMaxListeners(0, this.#over.signal); // One for each request in flight.
    run.addEventListener('abort', () => this.#begin(), { once: true });
  }

  async run<T>(work: (own: AbortSignal) => Promise<T>): Promise<T> {
    this.#inFlight += 1;
    this.#begin();
    try {
      return await work(this.#over.signal);
    } finally {
      this.#inFlight -= 1;
      if (this.#inFlight === 0) this.#end();
    }
  }

  #begin(): void {
    if (!this.#run.aborted || this.#inFlight === 0) return;
    this.#cancel ??= this.#clock.startDeadline(GRACE_MS, () => this.#over.abort(this.#run.reason));
  }

  #end(): void {
    this.#cancel?.();
    this.#cancel = undefined;
  }
}
