import { labelAt, NO_LABEL } from '../rows/labels.js';
import type { RowTable } from '../rows/table.js';
import { isAnswer, type Verdicts } from '../rows/verdicts.js';
import type { Disagreement } from './report/rows.js';

/**
 * The rows to which people, the teacher and the contenders did not all give one label, in the
 * order of the file. A row that a contender was asked and did not answer is among them.
 */
export function disagreementsOf(rows: RowTable, contenders: readonly Said[]): Disagreement[] {
  const found: Disagreement[] = [];
  for (let row = 0; row < rows.length; row++) {
    if (!areOfOneMind(rows, contenders, row)) found.push(disagreementAt(rows, contenders, row));
  }
  return found;
}

type Said = { readonly name: string; readonly verdicts: Verdicts };

/** Whether everybody who was asked gave the row one label. */
function areOfOneMind(rows: RowTable, contenders: readonly Said[], row: number): boolean {
  const human = rows.human[row] as number;
  const teacher = rows.teacher[row] as number;
  let label = teacher === NO_LABEL ? human : teacher;
  if (human !== NO_LABEL && human !== label) return false;
  for (const { verdicts } of contenders) {
    if (!verdicts.isAsked(row)) continue;
    const state = verdicts.states[row] as number;
    if (!isAnswer(state)) return false;
    if (label === NO_LABEL) label = state;
    if (state !== label) return false;
  }
  return true;
}

function disagreementAt(rows: RowTable, contenders: readonly Said[], row: number): Disagreement {
  const said = contenders.map(({ name, verdicts }) => [name, verdicts.saidOf(row)]);
  const scores = contenders.flatMap(({ name, verdicts }) => {
    const score = verdicts.scoreOf(row);
    return score === undefined ? [] : [[name, score]];
  });
  return {
    row,
    index: rows.indices[row] as number,
    input: rows.at(row)?.input ?? '',
    human: labelAt(rows.human, row),
    teacher: labelAt(rows.teacher, row),
    said: Object.fromEntries(said),
    scores: Object.fromEntries(scores),
  };
}
