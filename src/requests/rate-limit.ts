import { type Clock, systemClock } from './clock.js';
import { AdaptiveConcurrency, type Place } from './concurrency.js';
import { type Allowance, allowancesIn, type Unit } from './server-wait.js';

export interface RateLimitOptions {
  /** Requests at a time, at most. */
  readonly concurrency: number;
  /** Requests a minute, at most. */
  readonly rpm?: number | undefined;
  /** Tokens a minute, at most, of prompt and answer together. */
  readonly tpm?: number | undefined;
  /** Default: the system's. */
  readonly clock?: Clock | undefined;
}

/** The leave to send one request, to be given back when it is over. */
export interface Leave {
  /** @param usedTokens - as the server counted, to correct what was expected */
  clean(headers: Pick<Headers, 'get'> | undefined, usedTokens: number | undefined): void;
  /** @param waitMs - how long the server asks to wait; everybody waits where it complains much */
  throttled(waitMs: number | undefined): void;
  leave(): void;
}

/**
 * When the next request may go: as many at a time as the server bears, as many a minute as the
 * user allows, and no more than the server's own headers leave.
 */
export class RateLimit {
  readonly #concurrency: AdaptiveConcurrency;
  readonly #spacing: Record<Unit, Spacing>;
  readonly #allowance: Record<Unit, ServerAllowance>;
  readonly #clock: Clock;
  #pausedUntil = 0;

  constructor({ concurrency, rpm, tpm, clock = systemClock }: RateLimitOptions) {
    this.#clock = clock;
    this.#concurrency = new AdaptiveConcurrency(concurrency);
    this.#spacing = { requests: new Spacing(rpm), tokens: new Spacing(tpm) };
    this.#allowance = { requests: new ServerAllowance(), tokens: new ServerAllowance() };
  }

  /**
   * Waits until a request may go.
   *
   * @param tokens - expected of it, prompt and answer together
   * @throws the signal's reason when aborted while waiting
   */
  async enter(tokens: number, signal: AbortSignal): Promise<Leave> {
    const place = await this.#concurrency.enter(signal);
    try {
      for (let waitMs = this.#waitMs(tokens); waitMs > 0; waitMs = this.#waitMs(tokens)) {
        await this.#clock.sleep(waitMs, signal);
      }
    } catch (error) {
      place.leave();
      throw error;
    }
    this.#take(tokens);
    return this.#leaveOf(place, tokens);
  }

  #waitMs(tokens: number): number {
    const now = this.#clock.now();
    const readyAt = Math.max(
      this.#pausedUntil,
      this.#spacing.requests.readyAt,
      this.#spacing.tokens.readyAt,
      this.#allowance.requests.readyAt(1),
      this.#allowance.tokens.readyAt(tokens),
    );
    return Math.ceil(readyAt - now);
  }

  #take(tokens: number): void {
    const now = this.#clock.now();
    this.#spacing.requests.take(1, now);
    this.#spacing.tokens.take(tokens, now);
    this.#allowance.requests.take(1);
    this.#allowance.tokens.take(tokens);
  }

  #leaveOf(place: Place, tokens: number): Leave {
    return {
      clean: (headers, usedTokens) => {
        if (usedTokens !== undefined) this.#spacing.tokens.correct(usedTokens - tokens);
        for (const allowance of headers ? allowancesIn(headers) : []) {
          this.#allowance[allowance.unit].update(allowance, this.#clock.now());
        }
        place.clean();
      },
      throttled: (waitMs = 0) => {
        if (!place.throttled()) return;
        this.#pausedUntil = Math.max(this.#pausedUntil, this.#clock.now() + waitMs);
      },
      leave: () => place.leave(),
    };
  }
}

/** The user's own ceiling: what is taken is spread evenly over the minute. */
class Spacing {
  readonly #msPerUnit: number;
  #readyAt = 0;

  constructor(perMinute: number | undefined) {
    this.#msPerUnit = perMinute === undefined ? 0 : 60_000 / perMinute;
  }

  get readyAt(): number {
    return this.#readyAt;
  }

  take(count: number, now: number): void {
    this.#readyAt = Math.max(now, this.#readyAt) + count * this.#msPerUnit;
  }

  correct(count: number): void {
    this.#readyAt += count * this.#msPerUnit;
  }
}

/** Longer than this nobody waits on a header alone: the server may be asked, and will say. */
const LONGEST_GUESS_MS = 60_000;

/**
 * What a server's headers leave of one unit. Its period is not stated: a minute at OpenAI, a day
 * elsewhere. What is used and the time until all is back give the rate at which it comes back.
 */
class ServerAllowance {
  #remaining = Number.POSITIVE_INFINITY;
  #msPerUnit = 0;
  #updatedAt = 0;

  readyAt(count: number): number {
    const missing = count - this.#remaining;
    if (missing <= 0) return 0;
    return this.#updatedAt + Math.min(LONGEST_GUESS_MS, missing * this.#msPerUnit);
  }

  take(count: number): void {
    this.#remaining -= count;
  }

  update({ limit, remaining, resetMs }: Allowance, now: number): void {
    if (limit === undefined || remaining === undefined || resetMs === undefined) return;
    this.#remaining = remaining;
    this.#msPerUnit = remaining < limit ? resetMs / (limit - remaining) : 0;
    this.#updatedAt = now;
  }
}
