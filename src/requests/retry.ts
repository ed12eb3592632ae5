import { setTimeout as sleep } from 'node:timers/promises';
import { type Failure, failureOf as readFailure } from './failures.js';

export interface RetryOptions {
  /** Further tries after the first. */
  readonly maxRetries: number;
  /** Ends the wait between two tries, and the try itself if it obeys. */
  readonly signal: AbortSignal;
  /** Told of each wait before it begins. */
  readonly onRetry?: (failure: Failure, waitMs: number) => void;
  /** Reads what an error means. */
  readonly failureOf?: (error: unknown) => Failure;
  /** Ends the retries early. */
  readonly giveUp?: (failure: Failure, retries: number) => boolean;
}

const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 30_000;

/** A request that failed for good; `failure` says what it means. */
export class RequestError extends Error {
  override readonly name = 'RequestError';
  readonly failure: Failure;

  constructor(failure: Failure, cause: unknown) {
    super(failure.message, { cause });
    this.failure = failure;
  }
}

/**
 * Tries until it succeeds, the failure is final, or the retries are used up. Waits as long as
 * the server asks, else by exponential backoff with full jitter.
 *
 * @throws RequestError when it gives up; the signal's reason when aborted
 * @see https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/
 */
export async function withRetry<T>(attempt: () => Promise<T>, options: RetryOptions): Promise<T> {
  const { maxRetries, signal, onRetry, giveUp, failureOf = readFailure } = options;
  for (let retries = 0; ; retries++) {
    try {
      return await attempt();
    } catch (error) {
      signal.throwIfAborted();
      const failure = failureOf(error);
      if (failure.kind !== 'retry' || retries === maxRetries || giveUp?.(failure, retries)) {
        throw new RequestError(failure, error);
      }
      const waitMs = failure.afterMs ?? backoffMs(retries);
      onRetry?.(failure, waitMs);
      await sleep(waitMs, undefined, { signal }).catch(() => signal.throwIfAborted());
    }
  }
}

const backoffMs = (retries: number) =>
  Math.random() * Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** retries);
