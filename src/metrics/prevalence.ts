import type { Counts } from './binary.js';
import { type Estimated, quantile } from './intervals.js';
import { drawBeta, seededRandom } from './sampling.js';

/** What a model would come to where another share of texts is positive. */
export interface AtPrevalence {
  /** Share of its positive calls that are correct. */
  readonly precision: Estimated;
  readonly f1: Estimated;
  /** Its positive calls among 1,000 rows, right and wrong. */
  readonly alarmsPer1000: Estimated;
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
  const rates = Array.from({ length: draws }, () => ({
    recall: drawBeta(random, tp + 0.5, fn + 0.5),
    falseAlarms: drawBeta(random, fp + 0.5, tn + 0.5),
  }));
  const seen = { recall: tp / (tp + fn), falseAlarms: fp / (fp + tn) };
  const estimate = (of: (rates: typeof seen) => number): Estimated => {
    const drawn = Float64Array.from(rates, of).sort();
    const value = of(seen);
    const low = quantile(drawn, (1 - confidence) / 2);
    const high = quantile(drawn, (1 + confidence) / 2);
    return { value, interval: { low: Math.min(low, value), high: Math.max(high, value) } };
  };
  const found = ({ recall }: typeof seen) => prevalence * recall;
  const wrong = ({ falseAlarms }: typeof seen) => (1 - prevalence) * falseAlarms;
  return {
    precision: estimate((at) => found(at) / (found(at) + wrong(at))),
    f1: estimate((at) => (2 * found(at)) / (found(at) + prevalence + wrong(at))),
    alarmsPer1000: estimate((at) => 1000 * (found(at) + wrong(at))),
  };
}
