import type { Counts } from '../metrics/binary.js';
import type { RowLabel, UnansweredOutcome, UnansweredPolicy } from '../terms.js';
import type { Verdict } from '../verdict.js';
import type { Confusion } from './report.js';
import { isLabel, type Said, stateOf } from './row-codes.js';

/** One for each row of the file, in its order; undefined where the model was not asked. */
export type Verdicts = readonly (Verdict | undefined)[];

/** A column of labels, one for each row: {@link POSITIVE}, {@link NEGATIVE} or {@link NO_LABEL}. */
export type Labels = Int8Array;
export const POSITIVE = 1;
export const NEGATIVE = 0;
export const NO_LABEL = -1;

export const codeOf = (label: RowLabel | null | undefined) =>
  label === 'positive' ? POSITIVE : label === 'negative' ? NEGATIVE : NO_LABEL;

export const nameOf = (code: number): RowLabel => (code === POSITIVE ? 'positive' : 'negative');

export const labelsOf = (labels: readonly (RowLabel | null)[]): Labels =>
  Int8Array.from(labels, codeOf);

/** The labels that a model gave; none for rows that it did not answer. */
export const answersOf = (verdicts: Verdicts): Labels =>
  Int8Array.from(verdicts, (verdict) =>
    verdict?.outcome === 'answered' ? codeOf(verdict.label) : NO_LABEL,
  );

/**
 * The labels that are compared with the truth: the answers, and for rows that were asked and not
 * answered what the policy makes of them. Rows that were never asked stay without a label.
 */
export const underPolicy = (verdicts: Verdicts, truth: Labels, policy: UnansweredPolicy): Labels =>
  Int8Array.from(verdicts, (verdict, row) =>
    labelUnder(policy, stateOf(verdict), truth[row] ?? NO_LABEL),
  );

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
  for (const verdict of verdicts) {
    if (verdict === undefined || verdict.outcome === 'answered') continue;
    tally[verdict.outcome] = (tally[verdict.outcome] ?? 0) + 1;
  }
  return tally;
}

export const sumOf = (tally: Partial<Record<UnansweredOutcome, number>>) =>
  Object.values(tally).reduce((sum, count) => sum + count, 0);

/** The rows with a truth by what the model said of them, whatever the policy. */
export function confusionOf(verdicts: Verdicts, truth: Labels): Confusion {
  const { tp, fp, fn, tn } = countTable(truth, answersOf(verdicts));
  const unanswered = [0, 0];
  verdicts.forEach((verdict, row) => {
    const isPositive = truth[row] as number;
    if (verdict === undefined || verdict.outcome === 'answered' || isPositive === NO_LABEL) return;
    unanswered[isPositive] = (unanswered[isPositive] as number) + 1;
  });
  const [negative = 0, positive = 0] = unanswered;
  return {
    negative: { negative: tn, positive: fp, unanswered: negative },
    positive: { negative: fn, positive: tp, unanswered: positive },
  };
}
