import type { JudgedRow } from '../records.js';
import type { Verdicts } from './outcomes.js';
import type { Disagreement } from './report.js';
import { stateOf } from './row-codes.js';

/**
 * The rows to which people, the teacher and the contenders did not all give one label, in the
 * order of the file. A row that a contender was asked and did not answer is among them.
 */
export function disagreementsOf(
  rows: readonly JudgedRow[],
  contenders: readonly Said[],
): Disagreement[] {
  const found: Disagreement[] = [];
  rows.forEach((row, place) => {
    if (!areOfOneMind(row, contenders, place)) found.push(disagreementAt(row, contenders, place));
  });
  return found;
}

type Said = { readonly name: string; readonly verdicts: Verdicts };

/** Whether everybody who was asked gave the row one label. */
function areOfOneMind(
  { true_label: human, prediction: teacher }: JudgedRow,
  contenders: readonly Said[],
  place: number,
): boolean {
  let label = teacher ?? human;
  if (human !== null && human !== label) return false;
  for (const { verdicts } of contenders) {
    const verdict = verdicts[place];
    if (verdict === undefined) continue;
    if (verdict.outcome !== 'answered') return false;
    label ??= verdict.label;
    if (verdict.label !== label) return false;
  }
  return true;
}

function disagreementAt(
  { ds_original_idx: index, input, true_label: human, prediction: teacher }: JudgedRow,
  contenders: readonly Said[],
  row: number,
): Disagreement {
  const said = contenders.map(({ name, verdicts }) => [name, stateOf(verdicts[row])]);
  const scores = contenders.flatMap(({ name, verdicts }) => {
    const verdict = verdicts[row];
    return verdict?.outcome === 'answered' && verdict.score !== undefined
      ? [[name, verdict.score]]
      : [];
  });
  return {
    row,
    index,
    input,
    human,
    teacher,
    said: Object.fromEntries(said),
    scores: Object.fromEntries(scores),
  };
}
