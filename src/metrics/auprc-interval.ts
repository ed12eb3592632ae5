import { tQuantile } from './beta.js';
import type { Interval } from './intervals.js';

/**
 * An interval of an average precision, by its log odds: their standard error is about
 * 1 / sqrt(n p (1 - p)), where n are the positive rows. With few of them a bootstrap comes out too
 * narrow. The quantile is that of Student's t with n - 1 degrees of freedom.
 *
 * @see Boyd, Eng and Page, Area under the precision-recall curve: point estimates and confidence
 *   intervals (2013)
 * @returns undefined with fewer than two positive rows, or where the value is 0 or 1
 */
export function auprcInterval(
  auprc: number,
  positive: number,
  confidence: number,
): Interval | undefined {
  if (positive < 2 || auprc <= 0 || auprc >= 1) return undefined;
  const reach =
    tQuantile(0.5 + confidence / 2, positive - 1) / Math.sqrt(positive * auprc * (1 - auprc));
  const z = Math.log(auprc / (1 - auprc));
  const at = (logOdds: number) => 1 / (1 + Math.exp(-logOdds));
  return { low: at(z - reach), high: at(z + reach) };
}
