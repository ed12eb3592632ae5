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
  contenders: readonly { readonly name: string; readonly verdicts: Verdicts }[],
): Disagreement[] {
  return rows.flatMap(
    ({ ds_original_idx: index, input, true_label: human, prediction: teacher }, row) => {
      const verdicts = contenders.map(({ name, verdicts: all }) => ({ name, verdict: all[row] }));
      const labels = verdicts.flatMap(({ verdict }) =>
        verdict?.outcome === 'answered' ? [verdict.label] : [],
      );
      if (human !== null) labels.push(human);
      const isAnswered = verdicts.every(
        ({ verdict }) => (verdict?.outcome ?? 'answered') === 'answered',
      );
      if (isAnswered && labels.every((label) => label === (teacher ?? labels[0]))) return [];
      return [
        {
          row,
          index,
          input,
          human,
          teacher,
          said: Object.fromEntries(verdicts.map(({ name, verdict }) => [name, stateOf(verdict)])),
          scores: Object.fromEntries(
            verdicts.flatMap(({ name, verdict }) =>
              verdict?.outcome === 'answered' && verdict.score !== undefined
                ? [[name, verdict.score]]
                : [],
            ),
          ),
        },
      ];
    },
  );
}
