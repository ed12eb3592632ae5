import { createHash } from 'node:crypto';

const DIGITS = 12;

/**
 * Names a row across runs and files: the first 12 hex digits of the SHA-256 of its index in the
 * split and its text. A report may carry it where it must not carry the text.
 */
export const rowKey = (index: number, input: string) =>
  createHash('sha256').update(`${index}\n${input}`).digest('hex').slice(0, DIGITS);
