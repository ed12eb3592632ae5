import type { Counts } from './binary.js';
import { type Estimated, quantile } from './intervals.js';
import { drawBeta, seededRandom } from './sampling.js';

/** What a model would come to where another share of texts is positive. */
export interface AtPrevalence {
  /** Share of its positive calls that are correct. */
  readonly precision: Estimated;
  readonly recall: Estimated;
  readonly f1: Estimated;
  /** Its positive calls among 1,000 rows, right and wrong. */
  readonly alarmsPer1000: Estimated;
}

/** What the figures follow from. */
export interface Rates {
  /** The share of positive rows. */
  readonly prevalence: number;
  /** The share of these that a model calls so, and of the others. */
  readonly recall: number;
  readonly falseAlarms: number;
}

/**
 * Precision, F1 and alarms at another prevalence, from the recall r and the false-alarm rate f of
 * these rows, which do not depend on it: precision = pi r / (pi r + (1 - pi) f),
 * F1 = 2 pi r / (pi r + pi + (1 - pi) f). The intervals are the quantiles of draws of r and f from
 * their posteriors under Jeffreys' prior.
 *
 * @param prevalence - pi, the share of positive rows where the model is to work, between 0 and 1
 * @returns undefined where there is no positive row, or none that is not
 */
export function atPrevalence(
  { tp, fp, fn, tn }: Counts,
  prevalence: number,
  { draws, confidence, seed }: { draws: number; confidence: number; seed: number },
): AtPrevalence | undefined {
  if (tp + fn === 0 || fp + tn === 0) return undefined;
  const random = seededRandom(seed);
  const drawn = Array.from({ length: draws }, () => ({
    prevalence,
    recall: drawBeta(random, tp + 0.5, fn + 0.5),
    falseAlarms: drawBeta(random, fp + 0.5, tn + 0.5),
  }));
  const seen = { prevalence, recall: tp / (tp + fn), falseAlarms: fp / (fp + tn) };
  return estimateFrom(seen, drawn, confidence);
}

/** The figures of rates, and the rates themselves, with the quantiles of those of drawn ones. */
export function estimateFrom(
  seen: Rates,
  drawn: readonly Rates[],
  confidence: number,
): AtPrevalence & { readonly prevalence: Estimated } {
  const estimate = (of: (rates: Rates) => number): Estimated => {
    const sorted = Float64Array.from(drawn, of).sort();
    const value = of(seen);
    const low = quantile(sorted, (1 - confidence) / 2);
    const high = quantile(sorted, (1 + confidence) / 2);
    return { value, interval: { low: Math.min(low, value), high: Math.max(high, value) } };
  };
  const found = ({ prevalence, recall }: Rates) => prevalence * recall;
  const wrong = ({ prevalence, falseAlarms }: Rates) => (1 - prevalence) * falseAlarms;
  return {
    precision: estimate((at) => found(at) / (found(at) + wrong(at))),
    prevalence: estimate(({ prevalence }) => prevalence),
    recall: estimate(({ recall }) => recall),
    f1: estimate((at) => (2 * found(at)) / (found(at) + at.prevalence + wrong(at))),
    alarmsPer1000: estimate((at) => 1000 * (found(at) + wrong(at))),
  };
}
