import { type CompressionCodec, type FileMetaData, parquetMetadata } from 'hyparquet';
import { ByteWriter, parquetWriteBuffer } from 'hyparquet-writer';
import { writePageHeader } from 'hyparquet-writer/src/datapage.js';
import { writeMetadata } from 'hyparquet-writer/src/metadata.js';
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { UserError } from '../../src/errors.js';

const texts = Array.from({ length: 60 }, (_, i) => `text ${i} ${'lorem ipsum '.repeat(i % 5)}`);

/** Whole files of 60 rows, with columns of all kinds. */
const WHOLE: readonly Buffer[] = (['SNAPPY', 'UNCOMPRESSED'] as const).flatMap((codec) =>
  [25, 1_000].map((rowGroupSize) =>
    Buffer.from(
      parquetWriteBuffer({
        codec,
        rowGroupSize,
        columnData: [
          { name: 'text', data: texts },
          { name: 'lang', data: texts.map((_, i) => ['en', 'de', null][i % 3]), type: 'STRING' },
          { name: 'label', data: texts.map((_, i) => i % 2), encoding: 'DELTA_BINARY_PACKED' },
          { name: 'length', data: texts.map(({ length }) => BigInt(length)), type: 'INT64' },
          { name: 'score', data: texts.map((_, i) => i / 60), type: 'DOUBLE' },
          { name: 'seen', data: texts.map((_, i) => i % 3 === 0), type: 'BOOLEAN' },
          { name: 'more', data: texts.map((_, i) => ({ a: [i] })), type: 'JSON' },
          { name: 'any', data: texts.map((_, i) => (i % 2 ? i : [i])), type: 'VARIANT' },
        ],
      }),
    ),
  ),
);

/** A file of one column whose only page says of itself what it likes. */
export function onePage(
  page: {
    readonly bytes: readonly number[];
    readonly values: number;
    readonly unpacked?: number;
    readonly codec?: CompressionCodec;
  },
  column: { readonly nullable?: boolean } = {},
): Buffer {
  const { bytes, values, unpacked = bytes.length, codec = 'UNCOMPRESSED' } = page;
  const writer = new ByteWriter();
  writer.appendUint32(MAGIC);
  writePageHeader(writer, {
    type: 'DATA_PAGE',
    uncompressed_page_size: unpacked,
    compressed_page_size: bytes.length,
    data_page_header: {
      num_values: values,
      encoding: 'PLAIN',
      definition_level_encoding: 'RLE',
      repetition_level_encoding: 'RLE',
    },
  });
  writer.appendBytes(Uint8Array.from(bytes));
  return withFooter(Buffer.from(writer.getBytes()), {
    version: 2,
    schema: [
      { name: 'root', num_children: 1 },
      {
        name: 'text',
        type: 'BYTE_ARRAY',
        converted_type: 'UTF8',
        repetition_type: column.nullable ? 'OPTIONAL' : 'REQUIRED',
      },
    ],
    num_rows: BigInt(values),
    row_groups: [
      {
        num_rows: BigInt(values),
        total_byte_size: BigInt(writer.offset),
        columns: [
          {
            file_offset: 4n,
            meta_data: {
              type: 'BYTE_ARRAY',
              encodings: ['PLAIN'],
              path_in_schema: ['text'],
              codec,
              num_values: BigInt(values),
              total_uncompressed_size: BigInt(unpacked),
              total_compressed_size: BigInt(writer.offset - 4),
              data_page_offset: 4n,
            },
          },
        ],
      },
    ],
    metadata_length: 0,
  });
}

/** `PAR1` */
const MAGIC = 0x31524150;

/** 2,147,483,647, as a varint. */
const MOST = [0xff, 0xff, 0xff, 0xff, 0x07];

/** Many short runs in place of one: the decoder is long at work. */
const manyNulls = () => {
  const run = [0x80, 0x80, 0x80, 0x10, 0]; // 16,777,216 times one value.
  const runs = Array.from({ length: 2 }, () => run).flat();
  return onePage({ bytes: [runs.length, 0, 0, 0, ...runs], values: 2 ** 25 }, { nullable: true });
};

/** Small files that claim to be large. Where nothing stops the first, it takes gigabytes. */
export const BOMBS: Readonly<Record<string, Buffer>> = {
  'a run of 33 million nulls': manyNulls(),
  'a run of two billion nulls': onePage(
    { bytes: [7, 0, 0, 0, 0xfe, 0xff, 0xff, 0xff, 0x0f, 0], values: 2 ** 31 - 1 },
    { nullable: true },
  ),
  'two billion values': onePage({ bytes: [1, 0, 0, 0, 65], values: 2 ** 31 - 1 }),
  'a snappy page of 2 GB': onePage({
    codec: 'SNAPPY',
    bytes: [...MOST, 0, 65, ...Array.from({ length: 3_000 }, () => [0xfe, 1, 0]).flat()],
    values: 1,
    unpacked: 2 ** 31 - 1,
  }),
  'a gzip page of 2 GB': onePage({
    codec: 'GZIP',
    bytes: [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, 0x03, 0],
    values: 1,
    unpacked: 2 ** 31 - 1,
  }),
};

function withFooter(pages: Buffer, metadata: FileMetaData): Buffer {
  const writer = new ByteWriter();
  writeMetadata(writer, metadata);
  const footer = Buffer.from(writer.getBytes());
  const end = Buffer.alloc(8);
  end.writeUInt32LE(footer.length);
  end.writeUInt32LE(MAGIC, 4);
  return Buffer.concat([pages, footer, end]);
}

/** Limits for a test: these files are small, and nothing of them takes long. */
export const TIGHT = { cpuMs: 300, memory: 300e6 };

/** Rows that come some at a time, one by one. */
export async function* oneByOne<T>(blocks: AsyncIterable<readonly T[]>): AsyncGenerator<T> {
  for await (const block of blocks) yield* block;
}

/** How reading ends: `60 rows`, or the line of a UserError. Any other error is thrown. */
export async function ending(rows: AsyncIterable<unknown>): Promise<string> {
  let count = 0;
  try {
    for await (const _ of rows) count += 1;
  } catch (error) {
    if (error instanceof UserError) return error.message;
    throw error;
  }
  return `${count} rows`;
}

/** Endless damaged files, the same for each seed. */
export function* damagedFiles(seed: number): Generator<Buffer, never> {
  const random = xoroshiro128plus(seed);
  const upTo = (most: number) => uniformInt(random, 0, Math.max(0, most));
  const oneOf = <T>(values: readonly T[]): T => values[upTo(values.length - 1)] as T;
  for (;;) {
    const whole = oneOf(WHOLE);
    const footerAt = whole.length - 8 - whole.readUInt32LE(whole.length - 8);
    const file = Buffer.from(whole);
    const anywhere = () => (upTo(1) ? upTo(footerAt) : footerAt + upTo(file.length - footerAt - 9));
    yield oneOf<() => Buffer>([
      () => {
        for (let left = upTo(7); left >= 0; left--) {
          const at = anywhere();
          file.writeUInt8(file.readUInt8(at) ^ (1 << upTo(7)), at);
        }
        return file;
      },
      () => {
        for (let left = upTo(3); left >= 0; left--) file.writeUInt8(upTo(255), anywhere());
        return file;
      },
      () => {
        Buffer.from(MOST).copy(file, anywhere());
        return file;
      },
      () => file.subarray(0, upTo(file.length)),
      () => {
        const at = anywhere();
        return Buffer.concat([file.subarray(0, at), file.subarray(at + 1 + upTo(40))]);
      },
      () => {
        const metadata = parquetMetadata(file);
        const group = oneOf(metadata.row_groups);
        const column = oneOf(group.columns).meta_data;
        const value = oneOf([0n, -1n, 1n, 2n ** 31n - 1n, 2n ** 53n, BigInt(upTo(file.length))]);
        if (upTo(3) === 0) group.num_rows = value;
        else if (column && upTo(1)) column.total_compressed_size = value;
        else if (column) column.data_page_offset = value;
        if (upTo(3) === 0 && column) column.codec = oneOf(CODECS);
        return withFooter(file.subarray(0, footerAt), metadata);
      },
    ])();
  }
}

const CODECS = ['GZIP', 'BROTLI', 'ZSTD', 'LZ4', 'LZ4_RAW', 'SNAPPY', 'UNCOMPRESSED'] as const;
