import {
  type AsyncBuffer,
  asyncBufferFromFile,
  parquetMetadataAsync,
  parquetReadObjects,
} from 'hyparquet';
import { compressors } from 'hyparquet-compressors';
import { messageOf, UserError } from '../errors.js';
import type { Cells } from './columns.js';

/**
 * Streams the rows of a parquet file on this machine.
 *
 * @throws UserError when it cannot be read as parquet
 */
export async function* readParquetFile(path: string, name = path): AsyncGenerator<Cells> {
  const file = await asyncBufferFromFile(path);
  yield* readParquet(
    file,
    (cause) =>
      new UserError(`cannot read ${name} as parquet: ${messageOf(cause)}`, {
        hint: 'check that the file is whole',
        cause,
      }),
  );
}

/**
 * Streams a parquet file, one row group in memory at a time.
 *
 * @param explain - makes the error to throw of one met on the way
 */
export async function* readParquet(
  file: AsyncBuffer,
  explain: (cause: unknown) => UserError,
): AsyncGenerator<Cells> {
  try {
    const metadata = await parquetMetadataAsync(file);
    let rowStart = 0;
    for (const group of metadata.row_groups) {
      const rowEnd = rowStart + Number(group.num_rows);
      yield* await parquetReadObjects({ file, metadata, compressors, rowStart, rowEnd });
      rowStart = rowEnd;
    }
  } catch (cause) {
    throw explain(cause);
  }
}
