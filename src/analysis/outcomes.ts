import type { Counts } from '../metrics/binary.js';
import { codesBy } from '../rows/column.js';
import { codeOf, type Labels, NEGATIVE, NO_LABEL, POSITIVE } from '../rows/labels.js';
import type { Said, Verdicts } from '../rows/verdicts.js';
import type { UnansweredOutcome, UnansweredPolicy } from '../terms.js';
import type { Confusion } from './report/figures.js';
import { isLabel } from './row-codes.js';

/**
 * The labels that are compared with the truth: the answers, and for rows that were asked and not
 * answered what the policy makes of them. Rows that were never asked stay without a label.
 */
export function underPolicy(verdicts: Verdicts, truth: Labels, policy: UnansweredPolicy): Labels {
  if (policy === 'exclude') return verdicts.labels;
  return codesBy(verdicts.length, (row) =>
    labelUnder(policy, verdicts.saidOf(row), truth[row] as number),
  );
}

/** The same for one row. */
export function labelUnder(policy: UnansweredPolicy, said: Said, truth: number): number {
  if (isLabel(said)) return codeOf(said);
  if (said === 'not asked' || policy === 'exclude') return NO_LABEL;
  if (policy === 'wrong') return opposite(truth);
  return policy === 'positive' ? POSITIVE : NEGATIVE;
}

const opposite = (label: number) => (label === NO_LABEL ? NO_LABEL : POSITIVE - label);

/** The two-by-two table of the rows that have a label on both sides. */
export function countTable(truth: Labels, said: Labels): Counts {
  const cells = [0, 0, 0, 0];
  for (let row = 0; row < truth.length; row++) {
    const isPositive = truth[row] as number;
    const label = said[row] as number;
    if (isPositive === NO_LABEL || label === NO_LABEL) continue;
    const cell = 2 * isPositive + label;
    cells[cell] = (cells[cell] as number) + 1;
  }
  const [tn = 0, fp = 0, fn = 0, tp = 0] = cells;
  return { tp, fp, fn, tn };
}

/** How the rows went unanswered, by outcome. */
export function tallyUnanswered(verdicts: Verdicts): Partial<Record<UnansweredOutcome, number>> {
  const tally: Partial<Record<UnansweredOutcome, number>> = {};
  for (let row = 0; row < verdicts.length; row++) {
    if (!verdicts.isUnanswered(row)) continue;
    const outcome = verdicts.saidOf(row) as UnansweredOutcome;
    tally[outcome] = (tally[outcome] ?? 0) + 1;
  }
  return tally;
}

export const sumOf = (tally: Partial<Record<UnansweredOutcome, number>>) =>
  Object.values(tally).reduce((sum, count) => sum + count, 0);

/** The rows with a truth by what the model said of them, whatever the policy. */
export function confusionOf(verdicts: Verdicts, truth: Labels): Confusion {
  const { tp, fp, fn, tn } = countTable(truth, verdicts.labels);
  const unanswered = [0, 0];
  for (let row = 0; row < truth.length; row++) {
    const isPositive = truth[row] as number;
    if (isPositive === NO_LABEL || !verdicts.isUnanswered(row)) continue;
    unanswered[isPositive] = (unanswered[isPositive] as number) + 1;
  }
  const [negative = 0, positive = 0] = unanswered;
  return {
    negative: { negative: tn, positive: fp, unanswered: negative },
    positive: { negative: fn, positive: tp, unanswered: positive },
  };
}
