import type { Interval } from '../../src/metrics/intervals.js';
import { MODELS, PREVALENCES, type Rates, SIZES } from './populations.js';
import { percent } from './promise.js';

export const CONFIDENCE = 0.95;
export const SIMULATIONS = process.argv.includes('--tenth') ? 1_000 : 10_000;
export const contains = ({ low, high }: Interval, value: number) => low <= value && value <= high;

export interface Setting {
  readonly name: string;
  readonly prevalence: number;
  readonly rates: Rates;
  readonly n: number;
}

export const SETTINGS: Setting[] = PREVALENCES.flatMap((prevalence) =>
  Object.entries(MODELS).flatMap(([name, rates]) =>
    SIZES.map((n) => ({
      name: `${percent(prevalence)} toxic, ${name}, n=${n}`,
      prevalence,
      rates,
      n,
    })),
  ),
);
