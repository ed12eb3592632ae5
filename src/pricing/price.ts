import { show, UserError } from '../errors.js';

/** Dollars per million tokens. */
export interface Price {
  readonly input: number;
  /** For input that the provider had in its cache; undefined where it has no such rate. */
  readonly cachedInput?: number | undefined;
  readonly output: number;
  /** Where the figures are from, for a user who has to defend them. */
  readonly basis: string;
}

/** What runs on a machine of the user's own costs nothing a token. */
export const LOCAL: Price = { input: 0, cachedInput: 0, output: 0, basis: 'local' };

/** What the summary says of a price that the user gave. */
const AS_GIVEN = 'as given';

/**
 * Parses a price such as `0.10/0.25` or `2/0.5/8`: dollars per million tokens of input, of cached
 * input where three are given, and of output.
 *
 * @throws UserError when it is of another form
 */
export function parsePrice(text: string): Price {
  const parts = text
    .split('/')
    .map((part) => (/^\d*\.?\d+$/.test(part) ? Number(part) : Number.NaN));
  const [input, second, third] = parts;
  const isGood = (parts.length === 2 || parts.length === 3) && !parts.some(Number.isNaN);
  if (!isGood || input === undefined || second === undefined) {
    throw new UserError(`\`price\` is ${show(text)}`, {
      hint: 'give dollars per million tokens as IN/OUT, such as 0.10/0.25, or as IN/CACHED/OUT',
    });
  }
  return third === undefined
    ? { input, output: second, basis: AS_GIVEN }
    : { input, cachedInput: second, output: third, basis: AS_GIVEN };
}
