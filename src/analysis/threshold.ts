import { UserError } from '../errors.js';
import { bestF1, type OperatingPoint, rankRows } from '../metrics/ranking.js';
import type { RowLabel } from '../terms.js';
import type { Verdicts } from './outcomes.js';

/** Where a threshold is from that nothing was tuned on. */
export const SET_BY_USER = 'set by the user';

/**
 * Labels the answered rows again: positive where the score reaches the threshold.
 *
 * @throws UserError when an answered row has no score
 */
export function applyThreshold(verdicts: Verdicts, threshold: number): Verdicts {
  const answered = verdicts.filter((verdict) => verdict?.outcome === 'answered');
  const scored = answered.filter(
    (verdict) => verdict?.outcome === 'answered' && 'score' in verdict,
  );
  if (scored.length < answered.length) {
    const missing = answered.length - scored.length;
    throw new UserError(
      `a threshold needs scores, and ${missing} of ${answered.length} answered rows have none`,
      { hint: 'use a model that gives scores, or leave the threshold out' },
    );
  }
  return verdicts.map((verdict) =>
    verdict?.outcome === 'answered' && verdict.score !== undefined
      ? { ...verdict, label: verdict.score >= threshold ? 'positive' : 'negative' }
      : verdict,
  );
}

/**
 * The threshold with the best positive F1 on these rows, and what it reaches on them. Its figures are
 * too good to be reported: apply it to other rows.
 *
 * @returns undefined where no row is positive
 */
export function tuneThreshold(
  scores: readonly number[],
  truth: readonly RowLabel[],
): OperatingPoint | undefined {
  return bestF1(
    rankRows(
      scores,
      truth.map((label) => label === 'positive'),
    ),
  );
}
