import type { Cell } from '../sample.js';
import { escapeControls } from '../text.js';

/** One line of a CSV file in RFC 4180's form, safe to open in a spreadsheet. */
export const csvLine = (cells: readonly (Cell | undefined)[]): string =>
  `${cells.map(renderCell).join(',')}\r\n`;

function renderCell(cell: Cell | undefined): string {
  if (cell === null || cell === undefined) return '';
  if (typeof cell !== 'string') return String(cell);
  const text = defuse(cell.replace(CONTROLS, escapeControls));
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** All but the line breaks and tabs that a quoted cell may hold. */
const CONTROLS = /[^\t\r\n]+/g;

/**
 * Keeps a spreadsheet from taking a text for a formula, full-width signs included, and those behind
 * blanks, which some importers strip.
 *
 * https://owasp.org/www-community/attacks/CSV_Injection
 */
const defuse = (text: string) =>
  /^(?:[\t\r\n]|\s*[=+\-@＝＋－＠])/u.test(text) ? `'${text}` : text;
