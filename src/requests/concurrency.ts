/** A place among the requests in flight. */
export interface Place {
  /** The server answered and has room. */
  clean(): void;
  /**
   * The server said that it is asked too much.
   *
   * @returns false for one complaint among many clean answers, which concerns that request alone
   */
  throttled(): boolean;
  /** Neither: a server error, a broken connection, or nothing was sent. */
  leave(): void;
}

/** What any server bears for a moment, if only by letting some wait. */
const FIRST_LIMIT = 16;

/** After so many rounds without a complaint, what is added in a round doubles. */
const ROUNDS_A_STEP = 4;

/** Clean answers that make up for one complaint. */
const ANSWERS_A_COMPLAINT = 20;

/** So many complaints at once are made up for beforehand, at most. */
const MOST_CREDIT = 5;

/**
 * How many requests may be in flight, found out by trying: it doubles with each round of clean
 * answers until the server complains, is halved once for each burst of complaints, and then grows
 * by one a round, later by two, four and so on: else a burst at the start would be felt for minutes.
 * Complaints that are few among the answers, one in twenty, change nothing: some
 * servers refuse at random. First come, first served.
 *
 * @see https://www.rfc-editor.org/rfc/rfc5681#section-3.1 slow start and congestion avoidance
 */
export class AdaptiveConcurrency {
  readonly #most: number;
  readonly #waiting = new Set<() => void>();
  #limit: number;
  #inFlight = 0;
  /** Since the last cut; undefined before the first. */
  #cleanRounds: number | undefined;
  /** Complaints that clean answers have made up for; the first one proves nothing yet. */
  #credit = 1;
  /** Raised by each cut: complaints about what was sent before it tell nothing new. */
  #burst = 0;

  /** @param most - never passed */
  constructor(most: number) {
    this.#most = most;
    this.#limit = Math.min(FIRST_LIMIT, most);
  }

  get limit(): number {
    return Math.floor(this.#limit);
  }

  /**
   * Waits for a place; each must be given back by exactly one of its methods.
   *
   * @throws the signal's reason when aborted while waiting
   */
  async enter(signal: AbortSignal): Promise<Place> {
    signal.throwIfAborted();
    while (this.#inFlight >= this.limit) await this.#turn(signal);
    this.#inFlight += 1;
    const burst = this.#burst;
    return {
      clean: () => {
        this.#credit = Math.min(MOST_CREDIT, this.#credit + 1 / ANSWERS_A_COMPLAINT);
        this.#grow();
        this.#leave();
      },
      throttled: () => {
        const isNew = burst === this.#burst;
        const isOne = isNew && this.#credit >= 1;
        if (isOne) this.#credit -= 1;
        else if (isNew) this.#cut();
        this.#leave();
        return !isOne;
      },
      leave: () => this.#leave(),
    };
  }

  /** A limit that is not made use of says nothing about the server, so it does not grow. */
  #grow(): void {
    if (this.#inFlight < this.limit) return;
    let share = 1;
    if (this.#cleanRounds !== undefined) {
      const step = 2 ** Math.floor(this.#cleanRounds / ROUNDS_A_STEP);
      share = Math.min(1, step / this.#limit);
      this.#cleanRounds += 1 / this.#limit;
    }
    this.#limit = Math.min(this.#most, this.#limit + share);
  }

  #cut(): void {
    this.#limit = Math.max(1, this.#limit / 2);
    this.#cleanRounds = 0;
    this.#burst += 1;
    this.#credit = 1;
  }

  #leave(): void {
    this.#inFlight -= 1;
    let free = this.limit - this.#inFlight;
    for (const wake of this.#waiting) {
      if (free <= 0) break;
      free -= 1;
      wake();
    }
  }

  #turn(signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const wake = () => {
        this.#waiting.delete(wake);
        signal.removeEventListener('abort', leave);
        resolve();
      };
      const leave = () => {
        this.#waiting.delete(wake);
        reject(signal.reason);
      };
      this.#waiting.add(wake);
      signal.addEventListener('abort', leave, { once: true });
    });
  }
}
