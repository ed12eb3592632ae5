import type { Cell } from '../sample.js';

/** A column of a table that is written to a file. */
export interface TableColumn {
  readonly name: string;
  readonly type: 'text' | 'boolean' | 'whole number' | 'number';
}

/** The rows of a table, each with a cell for each column, as a file takes them: one after the other. */
export interface Table {
  readonly columns: readonly TableColumn[];
  readonly rows: Iterable<readonly Cell[]>;
}

/** The name of a column that came along with the rows, where other columns have names already. */
export const nameBeside = (others: readonly string[], name: string): string =>
  others.includes(name) ? `columns.${name}` : name;
