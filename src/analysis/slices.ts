import { UserError } from '../errors.js';
import { total } from '../metrics/binary.js';
import { fisherExact } from '../metrics/fisher.js';
import { benjaminiHochberg } from '../metrics/multiplicity.js';
import { cellOf, type JudgedRow } from '../records.js';
import { type ClusterOf, clusteredTable } from './clusters.js';
import { countsOf, shortFigures } from './figures.js';
import { isFew } from './notes.js';
import { type Labels, NO_LABEL, POSITIVE } from './outcomes.js';
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

const SHORT = 100;
const LENGTHS = [
  { upTo: SHORT, name: 'up to 100' },
  { upTo: 400, name: '101-400' },
  { upTo: Infinity, name: '401 or more' },
];

/**
 * Divides the rows by jailbreaking, human check, length in characters, and the given columns: keys of
 * the rows, or columns that came along with them. A division with one value only is left out: its one
 * slice would be the whole.
 */
export function divideRows(rows: readonly JudgedRow[], columns: readonly string[]): Division[] {
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
export function requireColumns(
  rows: readonly JudgedRow[],
  columns: readonly string[],
  purpose: string,
): void {
  const missing = columns.find((column) => !rows.some((row) => cellOf(row, column) !== undefined));
  if (missing === undefined) return;
  const { columns: others = {}, ...own } = rows[0] ?? {};
  throw new UserError(`there is no column ${missing} ${purpose}`, {
    hint: `the columns of the file are ${[...Object.keys(others), ...Object.keys(own)].join(', ')}`,
  });
}

/** Truth and answers of a file's rows, and what they are judged by. */
export interface SlicedRows {
  readonly truth: Labels;
  readonly said: Labels;
  readonly clusterOf: ClusterOf;
}

/**
 * The figures of each part of each division, over the rows that have a label on both sides, and
 * whether its positive F1 is lower than that of all other rows.
 *
 * That is tested on the rows that F1 is made of, the positive ones and those called positive: F1 is a
 * rising function of the share of them that are hits, TP / (TP + FP + FN), and Fisher's exact test
 * of that share holds however few there are. Of each cluster its first such row alone is counted.
 * The q-values are of all slices of the model together.
 */
export function slicesOf(
  divisions: readonly Division[],
  rows: SlicedRows,
  confidence: number,
): Slice[] {
  const slices = divisions.flatMap(({ column, parts }) =>
    parts.flatMap(({ value, rows: places }) => {
      const table = tableOf(rows, places);
      const counts = countsOf(table);
      const n = total(counts);
      if (n === 0) return [];
      const positive = counts.tp + counts.fn;
      return [{ column, value, n, positive, ...shortFigures(table, confidence), places }];
    }),
  );
  const hits = hitsOf(rows);
  const tests = slices.map(({ places }) => testAgainstRest(hits, places));
  const qValues = qValuesOf(tests.map((test) => test?.p ?? null));
  return slices.map(({ places: _, ...slice }, i) => {
    const q = qValues[i] ?? null;
    const isLower = tests[i]?.isLower ?? false;
    const isTold = q !== null && q <= 1 - confidence && !isFew(slice.n, slice.positive);
    return { ...slice, q, worse: isLower && isTold };
  });
}

function tableOf({ truth, said, clusterOf }: SlicedRows, rows: readonly number[]) {
  const pick = (labels: Labels): Labels => Int8Array.from(rows, (row) => labels[row] ?? NO_LABEL);
  const clusters = Uint32Array.from(rows, (row) => clusterOf[row] ?? row);
  return clusteredTable(pick(truth), pick(said), clusters);
}

/** Whether a row is a hit, by row: the first of each cluster among those that F1 is made of. */
function hitsOf({ truth, said, clusterOf }: SlicedRows): ReadonlyMap<number, boolean> {
  const hits = new Map<number, boolean>();
  const counted = new Set<number>();
  truth.forEach((label, row) => {
    const answer = said[row] ?? NO_LABEL;
    if (label === NO_LABEL || answer === NO_LABEL) return;
    if (label !== POSITIVE && answer !== POSITIVE) return;
    const cluster = clusterOf[row] ?? row;
    if (counted.has(cluster)) return;
    counted.add(cluster);
    hits.set(row, label === answer);
  });
  return hits;
}

/** Undefined where the part or the rest has no row that F1 is made of. */
function testAgainstRest(hits: ReadonlyMap<number, boolean>, places: readonly number[]) {
  const inPart = places.map((place) => hits.get(place)).filter((hit) => hit !== undefined);
  const hitsIn = (values: Iterable<boolean>) => Array.from(values).filter(Boolean).length;
  const part = { hits: hitsIn(inPart), rows: inPart.length };
  const rest = { hits: hitsIn(hits.values()) - part.hits, rows: hits.size - part.rows };
  if (part.rows === 0 || rest.rows === 0) return undefined;
  return { p: fisherExact(part, rest), isLower: part.hits / part.rows < rest.hits / rest.rows };
}

/** The q-values of the tests that there are, in the order given. */
function qValuesOf(pValues: readonly (number | null)[]): (number | null)[] {
  const qValues = benjaminiHochberg(pValues.filter((p) => p !== null));
  let next = 0;
  return pValues.map((p) => (p === null ? null : (qValues[next++] ?? null)));
}

function divide(
  column: string,
  rows: readonly JudgedRow[],
  valuesIn: (row: JudgedRow) => readonly string[],
  order: readonly string[],
): Division {
  const parts = new Map(order.map((value): [string, number[]] => [value, []]));
  rows.forEach((row, place) => {
    for (const value of valuesIn(row)) parts.get(value)?.push(place);
  });
  const filled = [...parts].filter(([, places]) => places.length > 0);
  return { column, parts: filled.map(([value, places]) => ({ value, rows: places })) };
}

/** The most frequent values first, of equals the one that comes first in the file. */
function divideByColumn(rows: readonly JudgedRow[], column: string): Division {
  const counts = new Map<string, number>();
  const valuesIn = (row: JudgedRow) => valuesOf(cellOf(row, column));
  for (const value of rows.flatMap(valuesIn)) counts.set(value, (counts.get(value) ?? 0) + 1);
  const byCount = [...counts].sort(([, a], [, b]) => b - a).map(([value]) => value);
  if (byCount.length <= MOST_VALUES) return divide(column, rows, valuesIn, byCount);
  const own = new Set(byCount.slice(0, MOST_VALUES));
  const ownOrOther = (row: JudgedRow) => [
    ...new Set(valuesIn(row).map((value) => (own.has(value) ? value : OTHER))),
  ];
  return divide(column, rows, ownOrOther, [...new Set([...own, OTHER])]);
}

/** Of a list, such as the categories of a guard, each value: the row is in the part of each. */
const valuesOf = (cell: unknown): readonly string[] =>
  Array.isArray(cell) && cell.length > 0 ? [...new Set(cell.map(textOf))] : [textOf(cell)];

const yesOrNo = (value: boolean | null) => (value === null ? [] : [value ? 'yes' : 'no']);

const humanCheckedOf = ({ human_check }: JudgedRow) => yesOrNo(human_check);

const jailbreakingOf = ({ is_jailbreaking }: JudgedRow) =>
  yesOrNo(is_jailbreaking === null ? null : is_jailbreaking === 1);

function lengthBand({ input }: JudgedRow): string[] {
  // A text has at most as many characters as code units, and mostly those are few.
  const length = input.length <= SHORT ? input.length : Array.from(input).length;
  const band = LENGTHS.find(({ upTo }) => length <= upTo);
  return band ? [band.name] : [];
}

function textOf(value: unknown): string {
  const isEmpty = value === undefined || value === null || value === '';
  if (isEmpty || (Array.isArray(value) && value.length === 0)) return MISSING;
  return typeof value === 'string' ? value : JSON.stringify(value);
}
