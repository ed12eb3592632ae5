import { setTimeout as sleep } from 'node:timers/promises';

/** Time as limits and retries see it. A test brings one of its own. */
export interface Clock {
  /** Milliseconds since some start. */
  now(): number;
  /**
   * Waits so many milliseconds.
   *
   * @throws the signal's reason when aborted
   */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
  /**
   * Calls back when so many milliseconds have passed.
   *
   * @returns how to call it off
   */
  startDeadline(ms: number, onPassed: () => void): () => void;
}

/** What a timer holds; it takes more for nothing, and fires at once. */
export const LONGEST_TIMER_MS = 2 ** 31 - 1;

export const systemClock: Clock = {
  now: () => performance.now(),
  async sleep(ms, signal) {
    await sleep(Math.min(ms, LONGEST_TIMER_MS), undefined, { signal }).catch(() =>
      signal.throwIfAborted(),
    );
  },
  startDeadline(ms, onPassed) {
    const timer = setTimeout(onPassed, ms);
    return () => clearTimeout(timer);
  },
};
