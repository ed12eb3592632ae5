import type { Usage } from '../verdict.js';
import { type Account, Budget, type MostCost } from './budget.js';
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
  readonly headers: Pick<Headers, 'get'> | undefined;
  readonly usage: Usage | null;
}

/** A request as it is sent once. */
export interface Shot<T extends Sent> {
  /** Sends it. `own` is aborted when the grace of a stopped run is over. */
  readonly send: (own: AbortSignal) => Promise<T>;
  /** The most that it may cost; 0 dollars where nobody counts. */
  readonly mostCost: MostCost;
  /** Changes how the request is put after an error; whether it is to be sent again at once. */
  readonly adapt?: (error: unknown) => boolean;
}

/** One request, as often as it has to be sent. */
export interface Request<T extends Sent> {
  /** As it is to be put now; called right before each sending. */
  readonly shoot: () => Shot<T>;
  /** Tokens expected of prompt and answer together; 0 where nobody counts. */
  readonly tokens: () => number;
  /** What a reply cost, null where that is unknown. */
  readonly costOf: (usage: Usage | null) => number | null;
  /** Reads what an error means. */
  readonly failureOf?: (error: unknown) => Failure;
  /** Told of each wait before it begins. */
  readonly onRetry?: (failure: Failure, waitMs: number) => void;
}

/** Requests that no answer came of, and that may have been billed all the same. */
export interface PossiblyBilled {
  readonly requests: number;
  /** Dollars at most; 0 where nobody counts. */
  readonly usd: number;
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

/** What a server asks for below this is no wait. */
const SHORTEST_SERVER_WAIT_MS = 20;

/** Retries at a server that has never answered. */
const FIRST_CONTACT_RETRIES = 2;

/** Sends requests to one server: within its rate, within the budget, again where that may help. */
export class Sender {
  readonly #rate: RateLimit;
  readonly #account: Account;
  readonly #maxRetries: number;
  readonly #clock: Clock;
  #answers = 0;
  #possiblyBilled: PossiblyBilled = { requests: 0, usd: 0 };

  constructor({ maxRetries, budget = new Budget(), clock = systemClock, ...rate }: SenderOptions) {
    this.#rate = new RateLimit({ ...rate, clock });
    this.#account = budget.openAccount();
    this.#maxRetries = maxRetries;
    this.#clock = clock;
  }

  /** Whether the server has answered anything yet. */
  get hasAnswered(): boolean {
    return this.#answers > 0;
  }

  get possiblyBilled(): PossiblyBilled {
    return this.#possiblyBilled;
  }

  /** Counts a request that was billed, or may have been, and that no row on disk shows. */
  addPossiblyBilled(usd: number): void {
    const { requests, usd: before } = this.#possiblyBilled;
    this.#possiblyBilled = { requests: requests + 1, usd: before + usd };
  }

  /**
   * Sends until it succeeds, the failure is final, or the tries are used up. Waits as long as the
   * server asks, at least, else by exponential backoff with jitter. Being throttled uses up no try
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
    const tokens = request.tokens();
    const leave = await this.#rate.enter(tokens, signal);
    let shot = request.shoot();
    const mostCost = () => {
      shot = request.shoot(); // Others in flight may have found out how it has to be put.
      return shot.mostCost;
    };
    const reservation = await this.#account.reserve(mostCost, signal).catch((error) => {
      leave.leave();
      throw error;
    });
    try {
      const sent = await withGrace(signal, shot.send, this.#clock);
      this.#answers += 1;
      reservation.answered(request.costOf(sent.usage) ?? undefined);
      leave.clean(sent.headers, tokensOf(sent.usage));
      return sent;
    } catch (error) {
      const failure = (request.failureOf ?? readFailure)(error);
      if (mayBeBilled(failure)) {
        reservation.lost();
        this.addPossiblyBilled(reservation.usd);
      } else reservation.refused();
      release(leave, failure);
      if (shot.adapt?.(error)) return this.#sendOnce(request, signal);
      throw new RequestError(failure, error);
    }
  }
}

/** A server that says no charges nothing; one that broke off, or failed midway, may have. */
function mayBeBilled(failure: Failure): boolean {
  if (failure.kind === 'connection') return failure.mayBeBilled;
  return failure.kind === 'retry' && (failure.cause === 'broken' || failure.cause === 'midway');
}

function release(leave: Leave, failure: Failure): void {
  if (failure.kind === 'retry' && failure.cause === 'throttled') leave.throttled(failure.afterMs);
  else leave.leave();
}

function tokensOf(usage: Usage | null): number | undefined {
  return usage ? usage.prompt_tokens + usage.completion_tokens : undefined;
}

/**
 * As long as the server asks, twice as long where it said so before and refused again. Where it
 * does not say, and at least where it says nothing useful such as 0 or a moment that is past,
 * exponential backoff with jitter: else all tries are used up in no time.
 */
function waitBefore(afterMs: number | undefined, failures: number): number {
  const growing = (ms: number) => Math.min(LONGEST_WAIT_MS, ms * 2 ** failures);
  if (afterMs === undefined || afterMs < SHORTEST_SERVER_WAIT_MS) {
    return (growing(FIRST_WAIT_MS) * (1 + Math.random())) / 2;
  }
  return Math.max(afterMs, growing(afterMs));
}
