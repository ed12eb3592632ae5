import { EXIT, UserError } from '../errors.js';
import { formatMoney } from '../format.js';

/** The run would cost more than it may. */
export class BudgetSpentError extends UserError {
  override readonly name = 'BudgetSpentError';
}

/** What one request may cost. */
export interface MostCost {
  /** Dollars. */
  readonly usd: number;
  /** True where its answer has no limit, so that `usd` is a guess: it is then sent alone. */
  readonly isGuess?: boolean | undefined;
}

/** Money set aside for one request in flight, to be given back by exactly one of its methods. */
export interface Reservation {
  /** What is counted where the true cost stays unknown, in dollars. */
  readonly usd: number;
  /** @param usd - what the answer cost; undefined where that is unknown */
  answered(usd: number | undefined): void;
  /** It cost nothing. */
  refused(): void;
  /** No answer came, and it may have been billed. */
  lost(): void;
}

/**
 * In company, a request counts for so many times the dearest answer before it, where that is more
 * than what was estimated for it. Near its end a run therefore sends one request at a time.
 */
const MARGIN_IN_COMPANY = 10;

/**
 * Keeps a run within a cost. What each request may cost is set aside before it is sent. A request
 * that could pass the ceiling if it costs far more than foreseen is sent alone, so that the
 * ceiling is passed, if at all, by the excess of that one.
 */
export class Budget {
  readonly most: number;
  #spent = 0;
  #reserved = 0;
  #inFlight = 0;
  /** True while what is in flight wants to be alone. */
  #isExclusive = false;
  #waiting: (() => void)[] = [];

  /** @param most - dollars; infinite where there is no ceiling */
  constructor(most = Number.POSITIVE_INFINITY) {
    this.most = most;
  }

  /** Dollars so far, with what may have been billed. */
  get spent(): number {
    return this.#spent;
  }

  /** Dollars spent beyond the ceiling: what one request cost more than was set aside for it. */
  get overshoot(): number {
    const usd = this.#spent - this.most;
    return usd > DUST ? usd : 0;
  }

  /** Opens the account of one model: what its answers teach is held for it alone. */
  openAccount(): Account {
    return new Account(this);
  }

  /** Whether a request may be sent now. */
  hasRoom({ alone, inCompany }: Charge): boolean {
    if (this.#inFlight === 0) return this.#spent + alone <= this.most + DUST;
    if (inCompany === undefined || this.#isExclusive) return false;
    return this.#spent + this.#reserved + inCompany <= this.most;
  }

  /** @throws BudgetSpentError where nothing is in flight: there is nothing to wait for */
  async waitForRoom({ alone }: Charge): Promise<void> {
    if (this.#inFlight === 0) throw this.#spentError(alone);
    await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  /** @returns how to book its true cost */
  take({ alone, inCompany }: Charge): (usd: number) => void {
    const reserved = inCompany ?? alone;
    this.#isExclusive = inCompany === undefined;
    this.#inFlight += 1;
    this.#reserved += reserved;
    return (usd) => {
      this.#inFlight -= 1;
      this.#reserved = this.#inFlight === 0 ? 0 : this.#reserved - reserved;
      this.#spent += usd;
      for (const wake of this.#waiting.splice(0)) wake();
    };
  }

  #spentError(usd: number): BudgetSpentError {
    return new BudgetSpentError(
      `stopped before passing \`maxCost\` ${this.most}: the next request may cost up to ${formatMoney(usd)}`,
      {
        hint: 'run the same command again to go on: `maxCost` is for one run',
        exitCode: EXIT.couldNotFinish,
      },
    );
  }
}

/** What floating point leaves of nothing, in dollars. */
const DUST = 1e-12;

/** What a request counts for, in dollars; `inCompany` undefined where it must be alone. */
interface Charge {
  readonly alone: number;
  readonly inCompany: number | undefined;
}

/** What one model takes from a budget. */
export class Account {
  readonly #budget: Budget;
  /** The largest ratio of an answer's cost to its estimate, where that is over 1. */
  #underestimate = 1;
  #dearest = 0;
  #hasAnswered = false;

  constructor(budget: Budget) {
    this.#budget = budget;
  }

  /**
   * Sets money aside, waiting for what is in flight where only its true cost can tell. Until one
   * answer has shown what answers cost, one request is sent at a time.
   *
   * @param mostCost - of the request as it would be sent now; called again after each wait
   * @throws BudgetSpentError when the request could pass the ceiling whatever the others cost; the
   *   signal's reason when aborted
   */
  async reserve(mostCost: () => MostCost, signal: AbortSignal): Promise<Reservation> {
    for (;;) {
      signal.throwIfAborted();
      const most = mostCost();
      if (most.usd === 0 || this.#budget.most === Number.POSITIVE_INFINITY) return free(most.usd);
      const charge = this.#chargeOf(most);
      if (this.#budget.hasRoom(charge)) return this.#take(most, charge);
      await this.#budget.waitForRoom(charge);
    }
  }

  #chargeOf({ usd, isGuess = false }: MostCost): Charge {
    const alone = usd * this.#underestimate;
    if (isGuess || !this.#hasAnswered) return { alone, inCompany: undefined };
    return { alone, inCompany: Math.max(alone, MARGIN_IN_COMPANY * this.#dearest) };
  }

  #take({ usd: estimate }: MostCost, charge: Charge): Reservation {
    const book = this.#budget.take(charge);
    const usd = charge.alone;
    return {
      usd,
      answered: (cost = usd) => {
        this.#hasAnswered = true;
        this.#underestimate = Math.max(this.#underestimate, cost / estimate);
        this.#dearest = Math.max(this.#dearest, cost);
        book(cost);
      },
      refused: () => book(0),
      lost: () => book(usd),
    };
  }
}

/** Where nothing is counted there is nothing to wait for. */
const free = (usd: number): Reservation => ({ usd, answered() {}, refused() {}, lost() {} });
