import { type AsyncBuffer, asyncBufferFromFile } from 'hyparquet';
import { messageOf, UserError } from '../errors.js';
import type { OnRead } from '../files/bytes.js';
import type { Cells } from './columns.js';
import { DecodeLimitError, type DecodeOptions, decodeParquet } from './parquet-decoder.js';

/** What to do with a file that takes more than its size allows. */
export const TOO_DEAR_HINT =
  'it is damaged, or made to do harm; if you trust it, write it anew in row groups of 100,000 rows, or as CSV';

/**
 * Streams the rows of a parquet file on this machine.
 *
 * @throws UserError when it cannot be read as parquet, naming it
 */
export async function* readParquetFile(
  path: string,
  name = path,
  { onRead, ...options }: DecodeOptions & { readonly onRead?: OnRead | undefined } = {},
): AsyncGenerator<Cells> {
  const file = await asyncBufferFromFile(path);
  const { byteLength: size } = file;
  const explain = (cause: unknown) =>
    new UserError(`cannot read ${name} as parquet: ${messageOf(cause)}`, {
      hint: cause instanceof DecodeLimitError ? TOO_DEAR_HINT : 'check that the file is whole',
      cause,
    });
  // Its bytes are read out of order: those of the rows so far tell how far it has come.
  const onShare = (share: number) => onRead?.(path, share * size, size);
  try {
    yield* readParquet(file, explain, { ...options, onShare });
  } finally {
    onShare(1);
  }
}

/**
 * Streams a parquet file, some of its rows in memory at a time.
 *
 * @param explain - makes the error to throw of one met on the way
 */
export async function* readParquet(
  file: AsyncBuffer,
  explain: (cause: unknown) => UserError,
  options?: DecodeOptions,
): AsyncGenerator<Cells> {
  try {
    for await (const rows of decodeParquet(file, options)) yield* rows;
  } catch (cause) {
    throw explain(cause);
  }
}
