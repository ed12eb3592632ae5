import { hash } from 'node:crypto';

const KEY_DIGITS = 12;

/**
 * Names a row across runs and files: the first 12 hex digits of the SHA-256 of its index in the
 * split and its text. A report may carry it where it must not carry the text.
 */
export const rowKey = (index: number, input: string) =>
  hash('sha256', `${index}\n${input}`, 'hex').slice(0, KEY_DIGITS);

/** Names one of the times that a row is asked: the row itself for the first, `<row>#2` and so on. */
export const attemptKey = (key: string, run = 1) => (run === 1 ? key : `${key}#${run}`);
