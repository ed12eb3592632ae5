import { closeSync, existsSync, openSync, readSync } from 'node:fs';
import { UserError } from '../errors.js';
import { AtomicFile } from '../files/atomic.js';
import { nameBeside, type Table, type TableColumn } from '../files/table.js';
import { type LabelledRow, labelledRowSchema } from '../records.js';
import type { Cell } from '../sample.js';
import type { LabelNames, RowLabel } from '../terms.js';
import { type LabelPaths, type TableEnding, tableEnding } from './label-paths.js';
import { readLabels } from './reader.js';

/** Writes a table in the format of an ending, loaded when it is asked for. */
const WRITERS: Readonly<
  Record<TableEnding, () => Promise<(path: string, table: Table) => void | Promise<void>>>
> = {
  '.csv': async () => (await import('../files/csv-table.js')).writeCsvTable,
  '.parquet': async () => (await import('../files/parquet-table.js')).writeParquetTable,
};

/**
 * Finds out before anything is asked whether the table can be written.
 *
 * @throws UserError when its folder cannot be written, or there is a file that no run wrote
 */
export function checkTable({ jsonl, table }: LabelPaths): void {
  if (table === undefined) return;
  if (existsSync(table) && !existsSync(jsonl)) {
    throw new UserError(
      `${table} is there already, and ${jsonl}, which it would be made of, is not`,
      {
        hint: 'name another file with `out`, so that nothing of yours is overwritten',
      },
    );
  }
  new AtomicFile(table).discard();
}

/**
 * Writes the labels of a file as a table, a line a row, in the order of the dataset. Only the place
 * of each row in the file is held.
 *
 * @returns the file of the table; undefined where none is wanted, or there is no row yet
 * @throws UserError when the labels cannot be read, or the table cannot be written
 */
export async function writeTable(
  { jsonl, table }: LabelPaths,
  names: LabelNames,
): Promise<string | undefined> {
  const ending = tableEnding(table ?? '');
  if (table === undefined || ending === undefined || !existsSync(jsonl)) return undefined;
  const { columns, places } = await survey(jsonl, names);
  if (places.length === 0) return undefined;
  const write = await WRITERS[ending]();
  await write(table, { columns, rows: rowsAt(places, columns, { jsonl, names }) });
  return table;
}

/** A column, and where its cells are in a row of labels. */
interface Column extends TableColumn {
  readonly cellIn: (row: LabelledRow, names: LabelNames) => Cell | undefined;
}

const nameOf = (label: RowLabel | null, names: LabelNames) => label && names[label];

/** The seven keys of the 2024 cookbook, which are always there. */
const FIRST: readonly Column[] = [
  { name: 'input', type: 'text', cellIn: ({ input }) => input },
  { name: 'prediction', type: 'text', cellIn: (row, names) => nameOf(row.prediction, names) },
  { name: 'origin', type: 'text', cellIn: ({ origin }) => origin },
  { name: 'human_check', type: 'boolean', cellIn: ({ human_check }) => human_check },
  { name: 'true_label', type: 'text', cellIn: (row, names) => nameOf(row.true_label, names) },
  { name: 'is_jailbreaking', type: 'whole number', cellIn: (row) => row.is_jailbreaking },
  { name: 'ds_original_idx', type: 'whole number', cellIn: (row) => row.ds_original_idx },
];

/** What a label has beside them; a column that is empty throughout is left out. */
const LAST: readonly Column[] = [
  {
    name: 'sampling_probability',
    type: 'number',
    cellIn: ({ sampling_probability }) => sampling_probability,
  },
  { name: 'sample_fraction', type: 'number', cellIn: ({ sample_fraction }) => sample_fraction },
  { name: 'sample_rank', type: 'number', cellIn: ({ sample_rank }) => sample_rank },
  { name: 'picked_by', type: 'text', cellIn: ({ picked_by }) => picked_by },
  { name: 'pick_round', type: 'whole number', cellIn: ({ pick_round }) => pick_round },
  { name: 'score', type: 'number', cellIn: ({ score }) => score },
  { name: 'answered_by', type: 'text', cellIn: ({ answered_by }) => answered_by },
  { name: 'student_score', type: 'number', cellIn: ({ student_score }) => student_score },
  { name: 'categories', type: 'text', cellIn: ({ categories }) => categories?.join(', ') },
  { name: 'model', type: 'text', cellIn: ({ model }) => model },
  { name: 'provider', type: 'text', cellIn: ({ provider }) => provider },
  { name: 'prompt', type: 'text', cellIn: ({ prompt }) => prompt },
  { name: 'dataset', type: 'text', cellIn: ({ dataset }) => dataset },
  { name: 'split', type: 'text', cellIn: ({ split }) => split },
  { name: 'prompt_tokens', type: 'whole number', cellIn: ({ usage }) => usage?.prompt_tokens },
  {
    name: 'completion_tokens',
    type: 'whole number',
    cellIn: ({ usage }) => usage?.completion_tokens,
  },
  { name: 'cost_usd', type: 'number', cellIn: ({ cost_usd }) => cost_usd },
  { name: 'latency_ms', type: 'number', cellIn: ({ latency_ms }) => latency_ms },
];

const OWN_NAMES = [...FIRST, ...LAST].map(({ name }) => name);

/** Where a row stands in the file. */
interface Place {
  readonly index: number;
  readonly start: number;
  readonly end: number;
}

/** Reads the file once: which columns it fills, and where its rows are, in the dataset's order. */
async function survey(
  jsonl: string,
  names: LabelNames,
): Promise<{ columns: Column[]; places: Place[] }> {
  const filled = new Set<Column>();
  const others = new Map<string, TableColumn['type'] | undefined>();
  const places: Place[] = [];
  for await (const { value, start, end } of readLabels(jsonl, names, { torn: 'skip' })) {
    places.push({ index: value.ds_original_idx, start, end });
    for (const column of LAST) if (column.cellIn(value, names) != null) filled.add(column);
    for (const [name, cell] of Object.entries(value.columns ?? {})) {
      others.set(name, widest(others.get(name), typeOf(cell)));
    }
  }
  places.sort((a, b) => a.index - b.index);
  const along = Array.from(
    others,
    ([name, type = 'text']): Column => ({
      name: nameBeside(OWN_NAMES, name),
      type,
      cellIn: ({ columns }) => asType(columns?.[name], type),
    }),
  );
  return { columns: [...FIRST, ...along, ...LAST.filter((each) => filled.has(each))], places };
}

function typeOf(cell: Cell): TableColumn['type'] | undefined {
  if (cell === null) return undefined;
  if (typeof cell === 'number') return Number.isSafeInteger(cell) ? 'whole number' : 'number';
  return typeof cell === 'boolean' ? 'boolean' : 'text';
}

/** The type that holds cells of both. */
function widest(a: TableColumn['type'] | undefined, b: TableColumn['type'] | undefined) {
  if (a === b || b === undefined) return a;
  if (a === undefined) return b;
  return a.endsWith('number') && b.endsWith('number') ? 'number' : 'text';
}

const asType = (cell: Cell | undefined, type: TableColumn['type']): Cell =>
  cell == null ? null : type === 'text' ? String(cell) : cell;

function* rowsAt(
  places: readonly Place[],
  columns: readonly Column[],
  { jsonl, names }: { jsonl: string; names: LabelNames },
): Generator<Cell[]> {
  const schema = labelledRowSchema(names);
  const descriptor = openSync(jsonl, 'r');
  try {
    for (const { start, end } of places) {
      const line = Buffer.alloc(end - start);
      readSync(descriptor, line, 0, line.length, start);
      const row = schema.parse(JSON.parse(line.toString('utf8').replace(/^\uFEFF/, '')));
      yield columns.map(({ cellIn }) => cellIn(row, names) ?? null);
    }
  } finally {
    closeSync(descriptor);
  }
}
