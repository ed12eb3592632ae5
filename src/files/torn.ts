import type { RawLine } from './lines.js';

const OPENING_BRACE = 123;

/** What a disk writes at once: of anything longer a part may be missing after a loss of power. */
const SECTOR_BYTES = 512;

/** After a loss of power a file may have its new size, and zeros for what was to be written. */
export function withoutZeros(bytes: Buffer): Buffer {
  let end = bytes.length;
  while (bytes[end - 1] === 0) end -= 1;
  return bytes.subarray(0, end);
}

/** Whether a last line is nothing, or the beginning of an object. */
export const isTorn = (bytes: Buffer): boolean =>
  bytes.length === 0 || (bytes[0] === OPENING_BRACE && !isJson(bytes));

function isJson(bytes: Buffer): boolean {
  try {
    JSON.parse(bytes.toString('utf8'));
    return true;
  } catch {
    return false;
  }
}

/**
 * The line without the zeros on either side of it: no JSON holds a zero, so what is whole between them
 * is a line. Undefined where they have taken a part of it.
 */
export function withinZeros(line: RawLine): RawLine | undefined {
  if (!line.value.includes(0)) return line;
  const before = Math.max(
    0,
    line.value.findIndex((byte) => byte !== 0),
  );
  const value = withoutZeros(line.value.subarray(before));
  const start = line.start + before;
  if (value.length > 0 && !isJson(value)) return undefined;
  return { ...line, value, start, end: start + value.length };
}

/**
 * Whether there are zeros in the place of a part of a line, and what follows is there: sectors reach a
 * disk in any order, and the zeros end where one of them begins. A line of JSON has no zero.
 */
export function hasHole({ value, start, terminated }: RawLine): boolean {
  const last = (terminated ? value : withoutZeros(value)).lastIndexOf(0);
  return last !== -1 && (start + last + 1) % SECTOR_BYTES === 0;
}

/** Whether bytes begin as a row does whose first key is this, as far as they go up to a zero. */
export function beginsAsRow(bytes: Buffer, firstKey: string): boolean {
  const start = `{"${firstKey}":`;
  const zero = bytes.indexOf(0);
  const length = Math.min(zero === -1 ? bytes.length : zero, start.length);
  return bytes.toString('latin1', 0, length) === start.slice(0, length);
}
