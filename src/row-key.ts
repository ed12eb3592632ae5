import { hash } from 'node:crypto';

const DIGITS = 12;

/**
 * Names a row across runs and files: the first 12 hex digits of the SHA-256 of its index in the
 * split and its text. A report may carry it where it must not carry the text.
 */
export const rowKey = (index: number, input: string): string => keyName(keyNumber(index, input));

/** The same as a number, of 48 bits: of millions of rows these are held. */
export function keyNumber(index: number, input: string): number {
  // One character a byte: no other way to get at them is as fast.
  const bytes = hash('sha256', `${index}\n${input}`, 'binary');
  let key = 0;
  for (let place = 0; place < DIGITS / 2; place++) key = key * 256 + bytes.charCodeAt(place);
  return key;
}

/** The name of a key, as files have it. */
export const keyName = (key: number): string => key.toString(16).padStart(DIGITS, '0');

/** The number of a name. */
export const numberOfKey = (name: string): number => Number.parseInt(name, 16);

/** Names one of the times that a row is asked: the row itself for the first, `<row>#2` and so on. */
export const attemptKey = (key: string, run = 1) => (run === 1 ? key : `${key}#${run}`);
