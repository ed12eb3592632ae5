import type { Usage } from '../records.js';
import { Budget } from './budget.js';
import { type Clock, systemClock } from './clock.js';
import { type Failure, failureOf as readFailure } from './failures.js';
import { withGrace } from './grace.js';
import { type Leave, RateLimit, type RateLimitOptions } from './rate-limit.js';

/** How much and how fast may be asked of one server. */
export interface SenderOptions extends RateLimitOptions {
  /** Further tries of a request after the first. */
  readonly maxRetries: number;
  /** Shared by all servers of a run; default: no ceiling. */
  readonly budget?: Budget | undefined;
}

/** What a reply tells beside its content. */
export interface Sent {
  readonly headers: Headers | undefined;
  readonly usage: Usage | null;
}

/** One request, as often as it has to be sent. */
export interface Request<T extends Sent> {
  /** Sends it once. `own` is aborted when the grace of a stopped run is over. */
  readonly attempt: (own: AbortSignal) => Promise<T>;
  /** Tokens expected of prompt and answer together; 0 where nobody counts. */
  readonly tokens: number;
  /** The most that it may cost, in dollars; 0 where nobody counts. */
  readonly mostUsd: number;
  /** What a reply cost, null where that is unknown. */
  readonly costOf: (usage: Usage | null) => number | null;
  /** Reads what an error means. */
  readonly failureOf?: (error: unknown) => Failure;
  /** Told of each wait before it begins. */
  readonly onRetry?: (failure: Failure, waitMs: number) => void;
}

/** A request that failed for good; `failure` says what it means. */
export class RequestError extends Error {
  override readonly name = 'RequestError';
  readonly failure: Failure;

  constructor(failure: Failure, cause: unknown) {
    super(failure.message, { cause });
    this.failure = failure;
  }
}

/** What to tell the user of a wait before the next try. */
export const retryNote = ({ message }: Failure, waitMs: number) =>
  `${message}; trying again in ${(waitMs / 1000).toFixed(1)} s`;

const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 30_000;

/** Retries at a server that has never answered. */
const FIRST_CONTACT_RETRIES = 2;

/** Sends requests to one server: within its rate, within the budget, again where that may help. */
export class Sender {
  readonly #rate: RateLimit;
  readonly #budget: Budget;
  readonly #maxRetries: number;
  readonly #clock: Clock;
  #answers = 0;

  constructor({ maxRetries, budget = new Budget(), clock = systemClock, ...rate }: SenderOptions) {
    this.#rate = new RateLimit({ ...rate, clock });
    this.#budget = budget;
    this.#maxRetries = maxRetries;
    this.#clock = clock;
  }

  /** Whether the server has answered anything yet. */
  get hasAnswered(): boolean {
    return this.#answers > 0;
  }

  /**
   * Sends until it succeeds, the failure is final, or the tries are used up. Waits as long as the
   * server asks, at least, else by exponential backoff with full jitter. Being throttled uses up no try
   * while the server answers others: its turn will come.
   *
   * @throws RequestError when it gives up; BudgetSpentError; the signal's reason when aborted
   * @see https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/
   */
  async send<T extends Sent>(request: Request<T>, signal: AbortSignal): Promise<T> {
    let retries = 0;
    let answersBefore = this.#answers;
    for (let failures = 0; ; failures++) {
      try {
        return await this.#sendOnce(request, signal);
      } catch (error) {
        if (!(error instanceof RequestError)) throw error;
        signal.throwIfAborted();
        const { failure } = error;
        if (failure.kind !== 'retry') throw error;
        const othersPass = failure.cause === 'throttled' && this.#answers > answersBefore;
        answersBefore = this.#answers;
        retries = othersPass ? 0 : retries + 1;
        if (retries > this.#retriesFor(failure)) throw error;
        const waitMs = waitBefore(failure.afterMs, failures);
        request.onRetry?.(failure, waitMs);
        await this.#clock.sleep(waitMs, signal);
      }
    }
  }

  #retriesFor(failure: Failure): number {
    const isNobodyThere = failure.kind === 'retry' && failure.cause === 'unreachable';
    return isNobodyThere && !this.hasAnswered
      ? Math.min(FIRST_CONTACT_RETRIES, this.#maxRetries)
      : this.#maxRetries;
  }

  async #sendOnce<T extends Sent>(request: Request<T>, signal: AbortSignal): Promise<T> {
    const { attempt, tokens, mostUsd, costOf, failureOf = readFailure } = request;
    const leave = await this.#rate.enter(tokens, signal);
    const reservation = await this.#budget.reserve(mostUsd, signal).catch((error) => {
      leave.leave();
      throw error;
    });
    try {
      const sent = await withGrace(signal, attempt, this.#clock);
      this.#answers += 1;
      reservation.settle(costOf(sent.usage) ?? undefined);
      leave.clean(sent.headers, tokensOf(sent.usage));
      return sent;
    } catch (error) {
      const failure = failureOf(error);
      reservation.settle(mayBeBilled(failure) ? undefined : 0);
      release(leave, failure);
      throw new RequestError(failure, error);
    }
  }
}

/** A server that answers with an error charges nothing; one that was cut off may have. */
const mayBeBilled = (failure: Failure) => failure.kind === 'retry' && failure.cause === 'broken';

function release(leave: Leave, failure: Failure): void {
  if (failure.kind === 'retry' && failure.cause === 'throttled') leave.throttled(failure.afterMs);
  else leave.leave();
}

function tokensOf(usage: Usage | null): number | undefined {
  return usage ? usage.prompt_tokens + usage.completion_tokens : undefined;
}

/**
 * As long as the server asks, twice as long where it said so before and refused again; where it
 * does not say, exponential backoff with full jitter.
 */
function waitBefore(afterMs: number | undefined, failures: number): number {
  const growing = (ms: number) => Math.min(LONGEST_WAIT_MS, ms * 2 ** failures);
  if (afterMs === undefined) return Math.random() * growing(FIRST_WAIT_MS);
  return Math.max(afterMs, growing(afterMs));
}
