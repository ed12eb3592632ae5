import { closeSync, existsSync, mkdirSync, openSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { messageOf, systemCode, UserError } from '../errors.js';
import { writeAtomically } from '../files/atomic.js';
import { csvLine } from '../files/csv-line.js';
import type { Cell } from '../sample.js';
import { type AuditDraw, drawPath } from './audit-draw.js';

/** The head of a sheet, before the columns of the dataset; a sheet that is read back needs `row` and `label`. */
const COLUMNS = ['row', 'text', 'label'] as const;

/**
 * A key as a sheet has it. Bare, a spreadsheet would take some for numbers, 12e456789012 say, and
 * save them as something else.
 */
export const sheetKey = (key: string) => `r${key}`;

/** The key behind a cell of the column `row`. */
export const keyOfCell = (cell: string) => cell.trim().toLowerCase().replace(/^r/, '');

/**
 * Finds out before anything is asked whether a sheet can be written.
 *
 * @throws UserError when there is a sheet or a draw by that name, or the folder cannot be written
 */
export function refuseSheet(path: string): void {
  const there = [path, drawPath(path)].find((file) => existsSync(file));
  if (there !== undefined) {
    throw new UserError(`${there} is there already, and people may have filled it in`, {
      hint: 'name another file with `out`',
    });
  }
  const trial = `${path}.${process.pid}.partial`;
  try {
    mkdirSync(dirname(path), { recursive: true });
    closeSync(openSync(trial, 'wx'));
  } catch (cause) {
    throw new UserError(`cannot write ${path}: ${systemCode(cause) ?? messageOf(cause)}`, {
      hint: 'name a file in a folder that can be written with `out`',
      cause,
    });
  }
  rmSync(trial);
}

/** A row for people to label, without what any model said of it. */
export interface SheetRow {
  readonly key: string;
  readonly text: string;
  /** What else the dataset says of it, such as an id, by the names of its columns. */
  readonly columns?: Readonly<Record<string, Cell>> | undefined;
}

/**
 * Writes a sheet, and beside it how its rows were drawn: that first, for a sheet without its
 * probabilities would be lost labour.
 *
 * @throws UserError when there is a sheet by that name, or it cannot be written
 */
export function writeSheet(path: string, rows: readonly SheetRow[], draw: AuditDraw): void {
  refuseSheet(path);
  writeAtomically(drawPath(path), [`${JSON.stringify(draw, null, 1)}\n`], 'json');
  const others = otherColumns(rows);
  const lines = rows.map(({ key, text, columns = {} }) =>
    csvLine([sheetKey(key), text, '', ...others.map((name) => columns[name])]),
  );
  writeAtomically(path, [csvLine([...COLUMNS, ...others]), ...lines], 'own');
}

/** Those of any row, but for names that would make two columns of one name. */
function otherColumns(rows: readonly SheetRow[]): string[] {
  const names = new Set(rows.flatMap(({ columns = {} }) => Object.keys(columns)));
  const isOwn = (name: string) => COLUMNS.some((own) => own === name.trim().toLowerCase());
  return [...names].filter((name) => !isOwn(name));
}
