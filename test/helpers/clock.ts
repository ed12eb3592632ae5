import { setImmediate as turn } from 'node:timers/promises';
import type { Clock } from '../../src/requests/clock.js';

/** A clock on which waiting takes no time, and which says what was waited for. */
export interface SkippingClock extends Clock {
  /** The length of each wait in milliseconds, in their order. */
  readonly waits: readonly number[];
}

/**
 * Moves on by waiting alone, so that a schedule can be checked to the millisecond on any machine.
 * No deadline passes on it.
 *
 * @param onWait - told of each wait before it is over, and waited for
 */
export function skippingClock(onWait?: (ms: number) => unknown): SkippingClock {
  const waits: number[] = [];
  let now = 0;
  return {
    waits,
    now: () => now,
    async sleep(ms, signal) {
      waits.push(ms);
      const end = now + ms;
      await onWait?.(ms);
      await turn();
      signal.throwIfAborted();
      now = Math.max(now, end);
    },
    startDeadline: () => () => {},
  };
}

/** A clock on which a second, or more, passes whenever somebody asks for the time. */
export function slowClock(stepMs = 1000): SkippingClock {
  let now = 0;
  return {
    ...skippingClock(),
    now: () => {
      now += stepMs;
      return now;
    },
  };
}

/** A clock that stands still: a wait ends only where it is aborted, and no deadline passes. */
export function heldClock(): SkippingClock {
  const waits: number[] = [];
  return {
    waits,
    now: () => 0,
    sleep(ms, signal) {
      waits.push(ms);
      return new Promise((_, reject) => {
        const leave = () => reject(signal.reason);
        if (signal.aborted) leave();
        else signal.addEventListener('abort', leave, { once: true });
      });
    },
    startDeadline: () => () => {},
  };
}
