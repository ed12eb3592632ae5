import type { ModelResult } from '../analysis/report/model.js';
import type { Report } from '../analysis/report/report.js';
import { formatMeasure, type Measured } from '../format.js';

/**
 * What a model gets wrong in 1,000 rows of the same shares of both classes: its misses and false
 * alarms, 1 - recall of either class, with the intervals of these. Null where a recall is not
 * defined, and where the rows were drawn for people to label, which have other shares than all.
 */
export function mistakesInWords(
  { task }: Report,
  { figures, all_rows: all }: ModelResult,
): string | null {
  if (all) return null;
  const { positive, negative } = figures;
  const share = positive.support / (positive.support + negative.support);
  if (positive.recall.value === null || negative.recall.value === null) return null;
  const misses = inWords(positive.recall, 1000 * share);
  const alarms = inWords(negative.recall, 1000 * (1 - share));
  return `In 1,000 rows like these, ${formatMeasure(1000 * share)} of them ${task.labels.positive}, it misses ${misses} and gives ${alarms} false alarms.`;
}

/** So many of the rows of a class are not found: `34 [25, 46]`. */
function inWords({ value, low, high }: Measured, rows: number): string {
  const lost = (recall: number | null) => formatMeasure(rows * (1 - (recall ?? 1)));
  return low === null || high === null
    ? lost(value)
    : `${lost(value)} [${lost(high)}, ${lost(low)}]`;
}
