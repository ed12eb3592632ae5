import { findModelPrice } from '../models/model-price.js';
import { CostTotal, costOf } from '../pricing/cost.js';
import type { Price } from '../pricing/price.js';
import type { PriceFile } from '../pricing/price-file.js';
import type { LabelledRow } from '../records.js';

/** What the labels of a file cost: as its rows say, else by the price of the model they name. */
export class RecordedCost {
  readonly total = new CostTotal();
  readonly #file: PriceFile | undefined;
  readonly #prices = new Map<string, Price | undefined>();

  constructor(file: PriceFile | undefined) {
    this.#file = file;
  }

  async add({ cost_usd, usage = null, model, provider }: LabelledRow): Promise<void> {
    if (cost_usd != null) return this.total.add(cost_usd);
    if (!usage || model === undefined || provider === undefined) return this.total.add(null);
    const key = `${provider}:${model}`;
    if (!this.#prices.has(key)) {
      this.#prices.set(key, await findModelPrice({ provider, id: model }, { file: this.#file }));
    }
    this.total.add(costOf(usage, this.#prices.get(key)));
  }
}
