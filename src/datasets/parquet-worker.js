// @ts-check
// JavaScript, since a thread is started from its file: the same one in src and in dist.
import { once } from 'node:events';
import { parentPort } from 'node:worker_threads';
import { parquetMetadataAsync, parquetRead } from 'hyparquet';
import { compressors } from 'hyparquet-compressors';

/** Rows that are handed over at a time. */
const BATCH = 1_000;

/**
 * Longer arrays become tables, and where a table cannot grow Node ends the whole process. A page says
 * itself how many values it has, and the decoder makes an array of that length.
 */
const LONGEST_ARRAY = 2 ** 25;

/** @type {(items: unknown[]) => unknown[]} */
const checked = (items) => {
  const [length] = items;
  if (items.length === 1 && typeof length === 'number' && length > LONGEST_ARRAY) {
    throw new RangeError(`it has ${length} values in one page or row group`);
  }
  return items;
};
globalThis.Array = new Proxy(Array, {
  apply: (target, _, items) => target(...checked(items)),
  construct: (target, items, made) => Reflect.construct(target, checked(items), made),
});

const port = /** @type {import('node:worker_threads').MessagePort} */ (parentPort);

/** @type {Map<number, (bytes: ArrayBuffer) => void>} */
const awaited = new Map();
let asked = 0;

/**
 * A file whose bytes come from the other side, which alone reads files and sends requests.
 *
 * @param {number} byteLength
 * @returns {import('hyparquet').AsyncBuffer}
 */
const fileOf = (byteLength) => ({
  byteLength,
  slice: (start, end = byteLength) =>
    new Promise((resolve, reject) => {
      if (!(start >= 0 && start <= end && end <= byteLength)) {
        reject(new Error(`it names the bytes ${start} to ${end} of ${byteLength}`));
        return;
      }
      asked += 1;
      awaited.set(asked, resolve);
      port.postMessage({ kind: 'slice', id: asked, start, end });
    }),
});

port.on('message', (message) => {
  if (message.kind === 'open') void decode(fileOf(message.byteLength));
  if (message.kind !== 'bytes') return;
  awaited.get(message.id)?.(message.bytes);
  awaited.delete(message.id);
});

/** @param {import('hyparquet').AsyncBuffer} file */
async function decode(file) {
  try {
    await sendRows(file);
    port.postMessage({ kind: 'done' });
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    port.postMessage({ kind: 'failed', message });
  }
}

/** @param {import('hyparquet').AsyncBuffer} file */
async function sendRows(file) {
  const metadata = await parquetMetadataAsync(file);
  const total = metadata.row_groups.reduce((sum, { num_rows }) => sum + Number(num_rows), 0);
  let rowStart = 0;
  for (const group of metadata.row_groups) {
    const count = Number(group.num_rows);
    checked([count]);
    const columns = await readColumns(file, metadata, rowStart, rowStart + count);
    for (const [name, { length }] of columns) {
      if (length !== count) {
        throw new Error(`column "${name}" has ${length} values in a row group of ${count} rows`);
      }
    }
    for (let from = 0; from < count; from += BATCH) {
      const length = Math.min(BATCH, count - from);
      const batch = columns.map(([name, cells]) => [name, cells.slice(from, from + length)]);
      const share = (rowStart + from + length) / total;
      port.postMessage({ kind: 'rows', length, columns: batch, share });
      await once(port, 'message'); // One batch at a time: the other side asks for the next.
    }
    rowStart += count;
  }
}

/**
 * Reads a row group column by column: columns are copied to the other side faster than rows.
 *
 * @param {import('hyparquet').AsyncBuffer} file
 * @param {import('hyparquet').FileMetaData} metadata
 * @param {number} rowStart
 * @param {number} rowEnd
 * @returns {Promise<[string, import('hyparquet').DecodedArray][]>}
 */
async function readColumns(file, metadata, rowStart, rowEnd) {
  /** @type {Map<string, import('hyparquet').DecodedArray[]>} */
  const pages = new Map();
  await parquetRead({
    file,
    metadata,
    compressors,
    rowStart,
    rowEnd,
    onChunk({ columnName, columnData }) {
      const before = pages.get(columnName);
      if (before) before.push(columnData);
      else pages.set(columnName, [columnData]);
    },
  });
  return Array.from(pages, ([name, [first = [], ...others]]) => [
    name,
    others.length === 0 ? first : [first, ...others].flatMap((page) => Array.from(page)),
  ]);
}
