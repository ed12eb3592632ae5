import { UserError } from '../errors.js';
import { total } from '../metrics/binary.js';
import { countClusters } from '../metrics/clusters.js';
import { fisherExact } from '../metrics/fisher.js';
import { benjaminiHochberg } from '../metrics/multiplicity.js';
import { cellOf, type JudgedRow } from '../records.js';
import { codesBy, pick, rowsWhere } from '../rows/column.js';
import { type Labels, NO_LABEL, POSITIVE } from '../rows/labels.js';
import type { RowTable } from '../rows/table.js';
import { type ClusterOf, clusteredTable } from './clusters.js';
import { countsOf, shortFigures } from './figures.js';
import { isFew } from './notes.js';
import type { Slice } from './report/model.js';

/** Places of rows. */
type Places = Uint32Array | readonly number[];

/** The rows of a file divided by one column; `rows` are their places, and a row may be in none. */
export interface Division {
  readonly column: string;
  readonly parts: readonly { readonly value: string; readonly rows: Places }[];
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
export function divideRows(rows: RowTable, columns: readonly string[]): Division[] {
  const bands = LENGTHS.map(({ name }) => name);
  const divisions = [
    divide('jailbreaking', YES_NO, rows.jailbreaking.map(yesNoPart)),
    divide('human_checked', YES_NO, rows.humanChecked.map(yesNoPart)),
    divide(
      'length',
      bands,
      codesBy(rows.length, (row) => bandOf(rows.lengths[row] as number)),
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
  rows: Iterable<JudgedRow>,
  columns: readonly string[],
  purpose: string,
): void {
  const missing = columns.find((column) => !hasColumn(rows, column));
  if (missing === undefined) return;
  const [first = {}] = rows as Iterable<Partial<JudgedRow>>;
  const { columns: others = {}, ...own } = first;
  throw new UserError(`there is no column ${missing} ${purpose}`, {
    hint: `the columns of the file are ${[...Object.keys(others), ...Object.keys(own)].join(', ')}`,
  });
}

function hasColumn(rows: Iterable<JudgedRow>, column: string): boolean {
  for (const row of rows) if (cellOf(row, column) !== undefined) return true;
  return false;
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

function tableOf({ truth, said, clusterOf }: SlicedRows, rows: Places) {
  return clusteredTable(pick(truth, rows), pick(said, rows), pick(clusterOf, rows));
}

/** Of the rows that F1 is made of, whether each is a hit: the first of its cluster alone. */
interface Hits {
  /** By row: 1 a hit, 0 none, {@link NO_LABEL} where it is not counted. */
  readonly ofRow: Int8Array;
  readonly hits: number;
  readonly rows: number;
}

function hitsOf({ truth, said, clusterOf }: SlicedRows): Hits {
  const ofRow = new Int8Array(truth.length).fill(NO_LABEL);
  const isCounted = new Uint8Array(countClusters(clusterOf));
  truth.forEach((label, row) => {
    const answer = said[row] ?? NO_LABEL;
    if (label === NO_LABEL || answer === NO_LABEL) return;
    if (label !== POSITIVE && answer !== POSITIVE) return;
    const cluster = clusterOf[row] as number;
    if (isCounted[cluster] === 1) return;
    isCounted[cluster] = 1;
    ofRow[row] = Number(label === answer);
  });
  return { ofRow, ...countHits(ofRow) };
}

function countHits(ofRow: Int8Array): { hits: number; rows: number } {
  let [hits, rows] = [0, 0];
  for (const hit of ofRow) {
    if (hit === NO_LABEL) continue;
    rows += 1;
    hits += hit;
  }
  return { hits, rows };
}

/** Undefined where the part or the rest has no row that F1 is made of. */
function testAgainstRest(all: Hits, places: Places) {
  const part = countHits(pick(all.ofRow, places));
  const rest = { hits: all.hits - part.hits, rows: all.rows - part.rows };
  if (part.rows === 0 || rest.rows === 0) return undefined;
  return { p: fisherExact(part, rest), isLower: part.hits / part.rows < rest.hits / rest.rows };
}

/** The q-values of the tests that there are, in the order given. */
function qValuesOf(pValues: readonly (number | null)[]): (number | null)[] {
  const qValues = benjaminiHochberg(pValues.filter((p) => p !== null));
  let next = 0;
  return pValues.map((p) => (p === null ? null : (qValues[next++] ?? null)));
}

/** @param partOf - by row, the place of its value, or -1 */
function divide(column: string, values: readonly string[], partOf: Int8Array): Division {
  const parts = values.map((value, part) => ({
    value,
    rows: rowsWhere(partOf.length, (row) => partOf[row] === part),
  }));
  return { column, parts: parts.filter(({ rows }) => rows.length > 0) };
}

/** The most frequent values first, of equals the one that comes first in the file. */
function divideByColumn(rows: RowTable, column: string): Division {
  const places = new Map<string, number[]>();
  let place = 0;
  for (const row of rows) {
    for (const value of valuesOf(cellOf(row, column))) {
      const there = places.get(value);
      if (there) there.push(place);
      else places.set(value, [place]);
    }
    place += 1;
  }
  const byCount = [...places].sort(([, a], [, b]) => b.length - a.length);
  const own = byCount.slice(0, byCount.length <= MOST_VALUES ? undefined : MOST_VALUES);
  const parts = new Map(own);
  const others = byCount.slice(own.length).flatMap(([, rows]) => rows);
  if (others.length > 0) {
    const all = [...(parts.get(OTHER) ?? []), ...others];
    parts.set(
      OTHER,
      [...new Set(all)].sort((a, b) => a - b),
    );
  }
  return {
    column,
    parts: Array.from(parts, ([value, rows]) => ({ value, rows: Uint32Array.from(rows) })),
  };
}

/** Of a list, such as the categories of a guard, each value: the row is in the part of each. */
const valuesOf = (cell: unknown): readonly string[] =>
  Array.isArray(cell) && cell.length > 0 ? [...new Set(cell.map(textOf))] : [textOf(cell)];

const YES_NO = ['yes', 'no'];

/** The place among them of a 1 or a 0. */
const yesNoPart = (code: number) => (code === NO_LABEL ? NO_LABEL : 1 - code);

const bandOf = (length: number) => LENGTHS.findIndex(({ upTo }) => length <= upTo);

function textOf(value: unknown): string {
  const isEmpty = value === undefined || value === null || value === '';
  if (isEmpty || (Array.isArray(value) && value.length === 0)) return MISSING;
  return typeof value === 'string' ? value : JSON.stringify(value);
}
