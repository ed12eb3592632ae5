import { EXIT, UserError } from '../errors.js';
import { formatMoney } from '../format.js';

/** The run would cost more than it may. */
export class BudgetSpentError extends UserError {
  override readonly name = 'BudgetSpentError';
}

/** Money set aside for one request in flight. */
export interface Reservation {
  /** @param usd - what it cost; undefined where that is unknown, and the most it could have */
  settle(usd: number | undefined): void;
}

/**
 * Keeps a run within a cost. The most that each request in flight may cost is set aside
 * before it is sent, so that even the most expensive answers stay within it.
 */
export class Budget {
  readonly #most: number;
  #spent = 0;
  #reserved = 0;
  /** The largest ratio of an answer's cost to its reservation, where that is over 1. */
  #underestimate = 1;
  #waiting: (() => void)[] = [];

  /** @param most - dollars; infinite where there is no ceiling */
  constructor(most = Number.POSITIVE_INFINITY) {
    this.#most = most;
  }

  /**
   * Sets money aside, waiting for what is in flight where only its true cost can tell.
   *
   * @param usd - the most that the request may cost
   * @throws BudgetSpentError when the request could pass the ceiling whatever the others cost
   */
  async reserve(usd: number, signal: AbortSignal): Promise<Reservation> {
    while (this.#spent + (this.#reserved + usd) * this.#underestimate > this.#most) {
      signal.throwIfAborted();
      if (this.#reserved === 0) throw this.#spentError(usd * this.#underestimate);
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
    this.#reserved += usd;
    return {
      settle: (cost) => {
        this.#reserved = Math.max(0, this.#reserved - usd);
        if (this.#reserved < 1e-12) this.#reserved = 0; // What floating point leaves of nothing.
        this.#spent += cost ?? usd * this.#underestimate;
        if (cost !== undefined && usd > 0) {
          this.#underestimate = Math.max(this.#underestimate, cost / usd);
        }
        for (const wake of this.#waiting.splice(0)) wake();
      },
    };
  }

  #spentError(usd: number): BudgetSpentError {
    return new BudgetSpentError(
      `stopped before passing \`maxCost\` ${this.#most}: the next request may cost up to ${formatMoney(usd)}`,
      {
        hint: 'run the same command again to go on: `maxCost` is for one run',
        exitCode: EXIT.couldNotFinish,
      },
    );
  }
}
