import { InvalidArgumentError } from 'commander';
import { UserError } from '../errors.js';
import { ANSWER_COLUMNS, type AnswerColumns } from '../labels/foreign/answer-columns.js';
import { type Price, parsePrice } from '../pricing/price.js';

/** More than any data set has rows. */
const MOST = 1e12;

/** Parses a whole number from `min` to `max`; commander names the flag and the value seen. */
export function wholeNumber(min: number, max = MOST) {
  return (text: string): number => {
    const number = /^\d+$/.test(text) ? Number(text) : Number.NaN;
    if (number > max) throw new InvalidArgumentError(`It must be at most ${max}.`);
    if (number >= min) return number;
    throw new InvalidArgumentError(`It must be a whole number from ${min} up.`);
  };
}

/** Parses a number of resamples: as many as the ends of an interval need, or none. */
export const resampleCount = (text: string): number =>
  text === '0' ? 0 : wholeNumber(100, 100_000)(text);

/** Parses `text=comment,prediction=verdict`. */
export function answerColumns(text: string): AnswerColumns {
  const pairs = text.split(',').map((pair): [string, string] => {
    const at = pair.indexOf('=');
    return [pair.slice(0, at).trim(), pair.slice(at + 1).trim()];
  });
  const isKnown = ([name, column]: [string, string]) =>
    column !== '' && (ANSWER_COLUMNS as readonly string[]).includes(name);
  if (pairs.every(isKnown)) return Object.fromEntries(pairs);
  throw new InvalidArgumentError(
    `It must be pairs such as text=comment,prediction=verdict; the left sides are ${ANSWER_COLUMNS.join(', ')}.`,
  );
}

/** Parses a number of rows from 1 up, or `all`: infinitely many. */
export function rowCount(text: string): number {
  if (text === 'all') return Number.POSITIVE_INFINITY;
  const number = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (number > MOST) throw new InvalidArgumentError(`It must be at most ${MOST}.`);
  if (number >= 1) return number;
  throw new InvalidArgumentError('It must be a whole number from 1 up, or all.');
}

/** Parses a number above 0, up to `max`. */
export function positive(max: number) {
  return (text: string): number => {
    const number = /^\d*\.?\d+$/.test(text) ? Number(text) : Number.NaN;
    if (number > max) throw new InvalidArgumentError(`It must be at most ${max}.`);
    if (number > 0) return number;
    throw new InvalidArgumentError('It must be a number above 0.');
  };
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
