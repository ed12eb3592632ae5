import { isLabel, saidOf, truthOf } from '../analysis/row-codes.js';
import { csvLine } from '../files/csv-line.js';
import { nameBeside } from '../files/table.js';
import { type JudgedRow, teacherVerdictOf } from '../records.js';
import type { RowLabel } from '../terms.js';
import type { ReportInput } from './input.js';

const COLUMNS = [
  'model',
  'role',
  'index',
  'input',
  'human',
  'teacher',
  'truth',
  'said',
  'outcome',
  'score',
] as const;

/**
 * One line per model and row, in the format of RFC 4180. Where there is no label, `said` is empty
 * and `outcome` gives the reason. The columns that came along with the rows follow.
 */
export function render({ report, rows, verdicts }: ReportInput): string {
  const others = otherColumns(rows);
  const named = (label: RowLabel | null) => label && report.task.labels[label];
  const lines = report.models.flatMap(({ name, role }) =>
    Array.from(rows, (labelled, row) => {
      const said = saidOf(report.rows.said[name]?.[row]);
      const verdict = role === 'teacher' ? teacherVerdictOf(labelled) : verdicts.get(name)?.at(row);
      return [
        name,
        role,
        labelled.ds_original_idx,
        labelled.input,
        named(labelled.true_label),
        named(labelled.prediction),
        named(truthOf(report.rows.truth[row])),
        isLabel(said) ? named(said) : null,
        isLabel(said) ? 'answered' : said,
        verdict?.outcome === 'answered' ? verdict.score : null,
        ...others.map((column) => labelled.columns?.[column]),
      ];
    }),
  );
  const head = [...COLUMNS, ...others.map((column) => nameBeside(COLUMNS, column))];
  return [head, ...lines].map(csvLine).join('');
}

function otherColumns(rows: Iterable<JudgedRow>): string[] {
  const names = new Set<string>();
  for (const { columns = {} } of rows) for (const name of Object.keys(columns)) names.add(name);
  return [...names];
}
