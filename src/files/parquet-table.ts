import { type BasicType, ByteWriter, parquetWriteRows } from 'hyparquet-writer';
import { EXIT } from '../errors.js';
import type { Cell } from '../sample.js';
import { AtomicFile } from './atomic.js';
import type { Table, TableColumn } from './table.js';

/** Rows that are held at a time. */
const ROW_GROUP = 10_000;

const TYPES: Readonly<Record<TableColumn['type'], BasicType>> = {
  text: 'STRING',
  boolean: 'BOOLEAN',
  'whole number': 'INT64',
  number: 'DOUBLE',
};

/**
 * Writes a table as parquet, whole or not at all.
 *
 * @throws UserError (exit 3) when it cannot be written
 */
export async function writeParquetTable(path: string, { columns, rows }: Table): Promise<void> {
  const file = new AtomicFile(path, { exitCode: EXIT.couldNotFinish });
  try {
    await parquetWriteRows({
      writer: new FileWriter(file),
      columns: columns.map(({ name, type }) => ({ name, type: TYPES[type] })),
      rows: objectsOf(columns, rows),
      rowGroupSize: ROW_GROUP,
    });
    file.commit();
  } finally {
    file.discard();
  }
}

function* objectsOf(
  columns: readonly TableColumn[],
  rows: Table['rows'],
): Generator<Record<string, unknown>> {
  for (const row of rows) {
    yield Object.fromEntries(columns.map(({ name, type }, i) => [name, toParquet(row[i], type)]));
  }
}

const toParquet = (cell: Cell | undefined, type: TableColumn['type']) =>
  type === 'whole number' && typeof cell === 'number' ? BigInt(cell) : (cell ?? null);

/** Hands each row group on, so that none is held. */
class FileWriter extends ByteWriter {
  readonly #file: AtomicFile;

  constructor(file: AtomicFile) {
    super();
    this.#file = file;
  }

  flush(): void {
    this.#file.write(this.getBytes());
    this.index = 0;
  }

  override finish(): void {
    this.flush();
  }
}
