import type { Counts } from '../../src/metrics/binary.js';
import type { PairedCells } from '../../src/metrics/f1-difference.js';

/** What is true of a model: how often it finds a positive text, and how often it alarms falsely. */
export interface Rates {
  readonly recall: number;
  readonly falseAlarms: number;
}

export const MODELS: Readonly<Record<string, Rates>> = {
  weak: { recall: 0.4, falseAlarms: 0.05 },
  middle: { recall: 0.65, falseAlarms: 0.03 },
  strong: { recall: 0.85, falseAlarms: 0.015 },
};

/** Shares of positive texts. */
export const PREVALENCES = [0.07, 0.3];
export const SIZES = [100, 500, 2_000, 5_000];
/** How alike two models err: the correlation of their answers within a class. */
export const CORRELATIONS = [0, 0.5, 0.9];

/** Shares of tp, fp, fn, tn. */
export const tableOf = (prevalence: number, { recall, falseAlarms }: Rates): number[] => [
  prevalence * recall,
  (1 - prevalence) * falseAlarms,
  prevalence * (1 - recall),
  (1 - prevalence) * (1 - falseAlarms),
];

export const countsOf = ([tp = 0, fp = 0, fn = 0, tn = 0]: readonly number[]): Counts => ({
  tp,
  fp,
  fn,
  tn,
});

export const f1Of = (prevalence: number, { recall, falseAlarms }: Rates): number =>
  (2 * prevalence * recall) / (prevalence * recall + prevalence + (1 - prevalence) * falseAlarms);

/** Shares of the eight cells of two models whose answers correlate. */
export function pairOf(prevalence: number, a: Rates, b: Rates, correlation: number): PairedCells {
  const others = joint(a.falseAlarms, b.falseAlarms, correlation);
  const positive = joint(a.recall, b.recall, correlation);
  return [
    ...others.map((share) => (1 - prevalence) * share),
    ...positive.map((share) => prevalence * share),
  ];
}

/** Of neither, b alone, a alone, both; as near to the correlation as two such shares can be. */
function joint(a: number, b: number, correlation: number): number[] {
  const wanted = a * b + correlation * Math.sqrt(a * (1 - a) * b * (1 - b));
  const both = Math.max(0, a + b - 1, Math.min(a, b, wanted));
  return [1 - a - b + both, b - both, a - both, both];
}

/** The model with a recall that is lower by as much as costs so much F1. */
export function worseBy(loss: number, prevalence: number, rates: Rates): Rates {
  let [low, high] = [0, rates.recall];
  for (let i = 0; i < 60; i++) {
    const recall = (low + high) / 2;
    if (f1Of(prevalence, { ...rates, recall }) < f1Of(prevalence, rates) - loss) low = recall;
    else high = recall;
  }
  return { ...rates, recall: (low + high) / 2 };
}
