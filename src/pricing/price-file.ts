import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { messageOf, UserError } from '../errors.js';
import { describeIssue } from '../issues.js';
import type { Price } from './price.js';

const dollars = z.number().nonnegative();

/** A map: a model may be called `constructor` or `__proto__`, and an object has those already. */
const schema = z.map(
  z.string(),
  z
    .strictObject({ input: dollars, cached_input: dollars.optional(), output: dollars })
    .transform(({ input, cached_input: cachedInput, output }) => ({ input, cachedInput, output })),
);

/** A user's own prices, by `PROVIDER:ID` or `ID`. */
export interface PriceFile {
  readonly path: string;
  readonly prices: ReadonlyMap<string, Omit<Price, 'basis'>>;
}

/**
 * Reads a file of prices: `{"openai:gpt-4.1": {"input": 2, "cached_input": 0.5, "output": 8}}`, in
 * dollars per million tokens.
 *
 * @throws UserError when the file cannot be read or is of another form
 */
export function readPriceFile(path: string): PriceFile {
  const hint =
    'write {"PROVIDER:ID": {"input": 2, "cached_input": 0.5, "output": 8}}, in dollars per million tokens';
  const value = parse(path, hint);
  const parsed = schema.safeParse(entriesOf(value));
  if (parsed.success) return { path, prices: parsed.data };
  throw new UserError(`${path}: ${describeIssue(parsed.error, value)}`, { hint });
}

const entriesOf = (value: unknown) =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? new Map(Object.entries(value))
    : value;

function parse(path: string, hint: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch (cause) {
    throw new UserError(`cannot read the prices in ${path}: ${messageOf(cause)}`, { hint, cause });
  }
}
