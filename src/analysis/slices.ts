import { UserError } from '../errors.js';
import { total } from '../metrics/binary.js';
import type { BootstrapOptions } from '../metrics/bootstrap.js';
import type { LabelledRow } from '../records.js';
import { shortFigures } from './figures.js';
import { countTable, type Labels, NO_LABEL } from './outcomes.js';
import type { Slice } from './report.js';

/** The rows of a file divided by one column; `rows` are their places, and a row may be in none. */
export interface Division {
  readonly column: string;
  readonly parts: readonly { readonly value: string; readonly rows: readonly number[] }[];
}

/** The most values of a column that get a slice of their own. */
const MOST_VALUES = 20;
const OTHER = 'other';
const MISSING = '(none)';

const LENGTHS = [
  { upTo: 100, name: 'up to 100' },
  { upTo: 400, name: '101-400' },
  { upTo: Infinity, name: '401 or more' },
];

/**
 * Divides the rows by jailbreaking, human check, length in characters, and the given columns. A
 * division with one value only is left out: its one slice would be the whole.
 */
export function divideRows(rows: readonly LabelledRow[], columns: readonly string[]): Division[] {
  const yesNo = ['yes', 'no'];
  const divisions = [
    divide('jailbreaking', rows, jailbreakingOf, yesNo),
    divide('human_checked', rows, humanCheckedOf, yesNo),
    divide(
      'length',
      rows,
      lengthBand,
      LENGTHS.map(({ name }) => name),
    ),
    ...columns.map((column) => divideByColumn(rows, column)),
  ];
  return divisions.filter(({ parts }) => parts.length > 1);
}

/**
 * Checks the columns before anything is asked.
 *
 * @throws UserError when no row has one of them
 */
export function requireColumns(rows: readonly LabelledRow[], columns: readonly string[]): void {
  const missing = columns.find((column) => !rows.some((row) => Object.hasOwn(row, column)));
  if (missing === undefined) return;
  const there = Object.keys(rows[0] ?? {}).join(', ');
  throw new UserError(`there is no column ${missing} to slice by`, {
    hint: `the columns of the file are ${there}`,
  });
}

/** The figures of each part of each division, over the rows that have a label on both sides. */
export function slicesOf(
  divisions: readonly Division[],
  truth: Labels,
  said: Labels,
  options: BootstrapOptions,
): Slice[] {
  return divisions.flatMap(({ column, parts }) =>
    parts.flatMap(({ value, rows }) => {
      const counts = countTable(pick(truth, rows), pick(said, rows));
      const n = total(counts);
      if (n === 0) return [];
      return [{ column, value, n, toxic: counts.tp + counts.fn, ...shortFigures(counts, options) }];
    }),
  );
}

const pick = (labels: Labels, rows: readonly number[]): Labels =>
  Int8Array.from(rows, (row) => labels[row] ?? NO_LABEL);

function divide(
  column: string,
  rows: readonly LabelledRow[],
  valueIn: (row: LabelledRow) => string | null,
  order: readonly string[],
): Division {
  const parts = new Map(order.map((value): [string, number[]] => [value, []]));
  rows.forEach((row, place) => {
    parts.get(valueIn(row) ?? '')?.push(place);
  });
  const filled = [...parts].filter(([, places]) => places.length > 0);
  return { column, parts: filled.map(([value, places]) => ({ value, rows: places })) };
}

/** The most frequent values first, of equals the one that comes first in the file. */
function divideByColumn(rows: readonly LabelledRow[], column: string): Division {
  const counts = new Map<string, number>();
  for (const row of rows) {
    const value = textOf(row[column]);
    counts.set(value, (counts.get(value) ?? 0) + 1);
  }
  const byCount = [...counts].sort(([, a], [, b]) => b - a).map(([value]) => value);
  if (byCount.length <= MOST_VALUES) {
    return divide(column, rows, (row) => textOf(row[column]), byCount);
  }
  const own = new Set(byCount.slice(0, MOST_VALUES));
  const valueIn = (row: LabelledRow) => {
    const value = textOf(row[column]);
    return own.has(value) ? value : OTHER;
  };
  return divide(column, rows, valueIn, [...new Set([...own, OTHER])]);
}

const yesOrNo = (value: boolean | null) => (value === null ? null : value ? 'yes' : 'no');

const humanCheckedOf = ({ human_check }: LabelledRow) => yesOrNo(human_check);

const jailbreakingOf = ({ is_jailbreaking }: LabelledRow) =>
  yesOrNo(is_jailbreaking === null ? null : is_jailbreaking === 1);

function lengthBand({ input }: LabelledRow): string | null {
  const length = Array.from(input).length;
  return LENGTHS.find(({ upTo }) => length <= upTo)?.name ?? null;
}

function textOf(value: unknown): string {
  if (value === undefined || value === null || value === '') return MISSING;
  return typeof value === 'string' ? value : JSON.stringify(value);
}
