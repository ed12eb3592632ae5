import { findModelPrice } from '../models/model-price.js';
import { costOf } from '../pricing/cost.js';
import type { Price } from '../pricing/price.js';
import type { PriceFile } from '../pricing/price-file.js';
import type { JudgedRow } from '../records.js';

/** What the labels of a file cost: as its rows say, else by the price of the model they name. */
export class RecordedPrices {
  readonly #file: PriceFile | undefined;
  readonly #prices = new Map<string, Price | undefined>();

  constructor(file: PriceFile | undefined) {
    this.#file = file;
  }

  /** @returns dollars; null where neither the row nor a price tells */
  async costOf({ cost_usd, usage = null, model, provider }: JudgedRow): Promise<number | null> {
    if (cost_usd != null) return cost_usd;
    if (!usage || model === undefined || provider === undefined) return null;
    const name = `${provider}:${model}`;
    if (!this.#prices.has(name)) {
      this.#prices.set(name, await findModelPrice({ provider, id: model }, { file: this.#file }));
    }
    return costOf(usage, this.#prices.get(name));
  }
}
