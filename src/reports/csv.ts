import { isLabel, saidOf, truthOf } from '../analysis/row-codes.js';
import { escapeControls } from '../text.js';
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
 * One line per model and row, in RFC 4180's form. `said` is empty where there is no label, and
 * `outcome` then says why.
 */
export function render({ report, rows }: ReportInput): string {
  const lines = report.models.flatMap(({ name, role }) =>
    rows.map(({ index, input, human, teacher, scores }, row) => {
      const said = saidOf(report.rows.said[name]?.[row]);
      return [
        name,
        role,
        index,
        input,
        human,
        teacher,
        truthOf(report.rows.truth[row]),
        isLabel(said) ? said : null,
        isLabel(said) ? 'answered' : said,
        scores[name],
      ];
    }),
  );
  return [COLUMNS, ...lines].map((cells) => `${cells.map(renderCell).join(',')}\r\n`).join('');
}

function renderCell(cell: string | number | null | undefined): string {
  if (cell === null || cell === undefined) return '';
  if (typeof cell === 'number') return String(cell);
  const text = defuse(cell.replace(CONTROLS, escapeControls));
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** All but the line breaks and tabs that a quoted cell may hold. */
const CONTROLS = /[^\t\r\n]+/g;

/**
 * Keeps a spreadsheet from taking a text for a formula, full-width signs included.
 *
 * https://owasp.org/www-community/attacks/CSV_Injection
 */
const defuse = (text: string) => (/^[=+\-@\t\r\n＝＋－＠]/.test(text) ? `'${text}` : text);
