import { closeSync, createReadStream, openSync, readSync, statSync } from 'node:fs';
import { pipeline } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { messageOf, systemCode, UserError } from '../errors.js';

/** How a gzip file begins, and no text in UTF-8: RFC 1952, 2.3.1. */
const GZIP = Buffer.from([0x1f, 0x8b]);

/**
 * Told how much of a file has been read and how large it is, in bytes as they stand on the disk; of all of
 * them also where it is read no further.
 */
export type OnRead = (path: string, read: number, size: number) => void;

export interface ReadingCallbacks {
  /** Told how far a file is read. */
  readonly onRead?: OnRead | undefined;
}

/** What is read at once: enough that what goes with each piece does not count. */
const PIECE_BYTES = 262_144;

/**
 * Streams the bytes of a file, unpacked where it is gzipped, whatever it is called.
 *
 * @param name - how an error calls the file
 * @throws UserError when the packed file is cut off or damaged
 */
export async function* readBytes(
  path: string,
  name = path,
  onRead?: OnRead,
): AsyncGenerator<Buffer> {
  const packed = createReadStream(path, { highWaterMark: PIECE_BYTES });
  const size = onRead ? statSync(path).size : 0;
  try {
    const bytes = isGzip(path) ? pipeline(packed, createGunzip(), () => {}) : packed;
    for await (const piece of bytes as AsyncIterable<Buffer>) {
      onRead?.(path, packed.bytesRead, size);
      yield piece;
    }
  } catch (cause) {
    if (systemCode(cause)?.startsWith('Z_') !== true) throw cause;
    throw new UserError(`${name} cannot be unpacked: ${messageOf(cause)}`, {
      hint: 'it is cut off or damaged: fetch or pack it again',
      cause,
    });
  } finally {
    onRead?.(path, size, size);
  }
}

/** Whether a file is gzipped. */
export const isGzip = (path: string): boolean => beginsWith(path, GZIP);

/** Whether the first bytes of a file are these. */
export function beginsWith(path: string, bytes: Buffer): boolean {
  const start = Buffer.alloc(bytes.length);
  const descriptor = openSync(path, 'r');
  try {
    return readSync(descriptor, start, 0, start.length, 0) === bytes.length && start.equals(bytes);
  } finally {
    closeSync(descriptor);
  }
}
