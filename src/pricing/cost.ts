import type { Usage } from '../verdict.js';
import type { Price } from './price.js';

const MILLION = 1_000_000;

/**
 * Dollars for the tokens of a request. `prompt_tokens` includes the cached ones, which have their
 * own rate; `completion_tokens` includes a model's thinking.
 *
 * @returns null where the price or the tokens are unknown, which is not the same as 0
 */
export function costOf(usage: Usage | null, price: Price | undefined): number | null {
  if (!price) return null;
  if (price.input === 0 && price.output === 0) return 0;
  if (!usage) return null;
  const cached = Math.min(usage.cached_tokens ?? 0, usage.prompt_tokens);
  const dollars =
    (usage.prompt_tokens - cached) * price.input +
    cached * (price.cachedInput ?? price.input) +
    usage.completion_tokens * price.output;
  return roundDollars(dollars / MILLION);
}

/** To a billionth of a dollar: below that are only the traces of binary fractions. */
export const roundDollars = (dollars: number) => Math.round(dollars * 1e9) / 1e9;

/** Adds up what requests cost, and what of it is not known. */
export class CostTotal {
  usd = 0;
  /** Requests whose cost is known. */
  known = 0;
  unknown = 0;

  add(cost: number | null): void {
    if (cost === null) this.unknown += 1;
    else {
      this.known += 1;
      this.usd = roundDollars(this.usd + cost);
    }
  }

  addTotal({ usd, known, unknown }: CostTotal): void {
    this.usd = roundDollars(this.usd + usd);
    this.known += known;
    this.unknown += unknown;
  }
}
