import type { Price } from '../pricing/price.js';
import {
  findPrice,
  type PriceOverrides,
  type PriceQuery,
  priceUnknown,
} from '../pricing/prices.js';
import type { ModelOptions } from './options.js';
import { quirksOf } from './providers.js';
import type { Target } from './resolve.js';

/** A model by its provider's name and its id there, as a row records them, and where it is asked. */
export type ModelPriceQuery = Omit<PriceQuery, 'isLocal' | 'genaiProvider'>;

/**
 * Finds what a model costs: what the user says, our table, free where it is local, genai-prices.
 *
 * @returns undefined where nobody knows, which must never be read as 0
 */
export function findModelPrice(
  query: ModelPriceQuery,
  overrides: PriceOverrides = {},
): Promise<Price | undefined> {
  const { isLocal, genaiProvider } = quirksOf(query.provider);
  return findPrice({ ...query, isLocal, genaiProvider }, overrides);
}

/**
 * The price of a model that is about to be asked.
 *
 * @throws UserError when a budget is set and nobody knows it
 */
export async function priceOfTarget(
  { provider, id, baseUrl, apiKey }: Target,
  { prices, limits }: Pick<ModelOptions, 'prices' | 'limits'>,
): Promise<Price | undefined> {
  const query = { provider, id, baseUrl, hasKey: apiKey !== undefined };
  const price = await findModelPrice(query, prices);
  if (limits?.budget && !price) throw priceUnknown(id, provider);
  return price;
}

/** The price of a request in a batch that asks this share of it. */
export function batchPrice(price: Price | undefined, share: number): Price | undefined {
  if (!price || share === 1) return price;
  const { input, cachedInput, output, basis } = price;
  return {
    input: input * share,
    cachedInput: cachedInput === undefined ? undefined : cachedInput * share,
    output: output * share,
    basis: `${basis}, times ${share} in batches`,
  };
}
