import type { Price } from '../pricing/price.js';
import { findPrice, type PriceOverrides, priceUnknown } from '../pricing/prices.js';
import type { ModelOptions } from './options.js';
import { quirksOf } from './providers.js';
import type { Target } from './resolve.js';

/**
 * Finds what a model costs: what the user says, our table, free where it is local, genai-prices.
 *
 * @param model - a provider's name and the model's id there, as a row records them; where it is
 *   asked, too, since a server on this machine that wants no key is free
 * @returns undefined where nobody knows, which is never to be read as 0
 */
export function findModelPrice(
  model: {
    readonly provider: string;
    readonly id: string;
    readonly baseUrl?: string;
    readonly hasKey?: boolean;
  },
  overrides: PriceOverrides = {},
): Promise<Price | undefined> {
  const { isLocal, genaiProvider } = quirksOf(model.provider);
  return findPrice({ ...model, isLocal, genaiProvider }, overrides);
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
  const model = { provider, id, baseUrl, hasKey: apiKey !== undefined };
  const price = await findModelPrice(model, prices);
  if (limits?.budget && !price) throw priceUnknown(id, provider);
  return price;
}
