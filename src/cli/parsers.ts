import { InvalidArgumentError } from 'commander';
import { UserError } from '../errors.js';
import { parsePrice } from '../pricing/price-file.js';
import type { Price } from '../pricing/prices.js';
import { LONGEST_TIMER_MS } from '../requests/clock.js';

/** Parses a whole number from `min` up to `max`; commander names the flag and the value seen. */
export function wholeNumber(min: number, max = Number.MAX_SAFE_INTEGER) {
  return (text: string): number => {
    const number = toWholeNumber(text);
    if (number >= min && number <= max) return number;
    const range = max === Number.MAX_SAFE_INTEGER ? `from ${min} up` : `from ${min} to ${max}`;
    throw new InvalidArgumentError(`It must be a whole number ${range}.`);
  };
}

/** Parses a number of rows from 1 up, or `all`: infinitely many. */
export function rowCount(text: string): number {
  if (text === 'all') return Number.POSITIVE_INFINITY;
  const number = toWholeNumber(text);
  if (number >= 1) return number;
  throw new InvalidArgumentError('It must be a whole number from 1 up, or all.');
}

/** NaN where it is none, or too large to be exact. */
const toWholeNumber = (text: string): number =>
  /^\d+$/.test(text) && Number.isSafeInteger(Number(text)) ? Number(text) : Number.NaN;

/** Parses a number above 0. */
export function positive(text: string): number {
  const number = /^\d*\.?\d+$/.test(text) ? Number(text) : Number.NaN;
  if (number > 0 && Number.isFinite(number)) return number;
  throw new InvalidArgumentError('It must be a number above 0.');
}

/** Parses a number of seconds that a timer holds. */
export function seconds(text: string): number {
  const most = Math.floor(LONGEST_TIMER_MS / 1000);
  const number = positive(text);
  if (number <= most) return number;
  throw new InvalidArgumentError(`It must be a number of seconds up to ${most}.`);
}

/** Parses a number between 0 and 1. */
export function share(text: string): number {
  const number = /^0?\.\d+$/.test(text) ? Number(text) : Number.NaN;
  if (number > 0 && number < 1) return number;
  throw new InvalidArgumentError('It must be a number between 0 and 1, such as 0.95.');
}

/** Parses a fraction from 0 to below 1. */
export function fraction(text: string): number {
  const number = /^(?:0|0?\.\d+)$/.test(text) ? Number(text) : Number.NaN;
  if (number >= 0 && number < 1) return number;
  throw new InvalidArgumentError('It must be a fraction from 0 to below 1, such as 0.1.');
}

/** Parses `IN/OUT` in dollars per million tokens. An error of ours would lose the flag's name. */
export function price(text: string): Price {
  try {
    return parsePrice(text);
  } catch (error) {
    if (error instanceof UserError) throw new InvalidArgumentError(error.hint ?? error.message);
    throw error;
  }
}

/** Gathers the values of a flag that may be given more than once. */
export const collectValues = (value: string, before: readonly string[] = []) => [...before, value];
