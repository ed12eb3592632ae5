import { UserError } from '../errors.js';
import { bestF1, type OperatingPoint, rankRows } from '../metrics/ranking.js';
import { type Labels, NEGATIVE, POSITIVE } from '../rows/labels.js';
import { isAnswer, type Verdicts } from '../rows/verdicts.js';

/** Where a threshold is from that nothing was tuned on. */
export const SET_BY_USER = 'set by the user';

/**
 * Labels the answered rows again: positive where the score reaches the threshold.
 *
 * @throws UserError when an answered row has no score
 */
export function applyThreshold(verdicts: Verdicts, threshold: number): Verdicts {
  requireScores([verdicts]);
  const { states, scores } = verdicts;
  const labelled = states.map((state, row) => {
    if (!isAnswer(state)) return state;
    return (scores?.[row] as number) >= threshold ? POSITIVE : NEGATIVE;
  });
  return verdicts.with({ states: labelled });
}

/** @throws UserError when an answered row has no score */
export function requireScores(runs: readonly Verdicts[]): void {
  let [answered, missing] = [0, 0];
  for (const run of runs) {
    run.states.forEach((state, row) => {
      if (!isAnswer(state)) return;
      answered += 1;
      if (run.scoreOf(row) === undefined) missing += 1;
    });
  }
  if (missing === 0) return;
  throw new UserError(
    `a threshold needs scores, and ${missing} of ${answered} answered rows have none`,
    { hint: 'use a model that gives scores, or leave the threshold out' },
  );
}

/**
 * The threshold with the best positive F1 on these rows, and what it reaches on them. Its figures are
 * too good to be reported: apply it to other rows.
 *
 * @param truth - by row, a label of each
 * @returns undefined where no row is positive
 */
export const tuneThreshold = (
  scores: ArrayLike<number>,
  truth: Labels,
): OperatingPoint | undefined => bestF1(rankRows(scores, truth));
