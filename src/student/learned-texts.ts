import { createHash } from 'node:crypto';
import { normaliseText } from '../text.js';

/**
 * Hex digits of a hash: 48 bits. Among 100,000 texts that a student learned from, one in three
 * billion others is taken for one of them.
 */
const DIGITS = 12;

/**
 * Packs texts so that one can be looked up and none can be read: of each distinct text in its
 * normalised form the first 48 bits of the SHA-256, sorted, in base64.
 */
export function packTexts(texts: readonly string[]): string {
  const hashes = [...new Set(texts.map(hashOf))].sort();
  return Buffer.from(hashes.join(''), 'hex').toString('base64');
}

/** Whether a text is among those that were packed. Case, white space and width make no difference. */
export function openTexts(packed: string): (text: string) => boolean {
  const digits = Buffer.from(packed, 'base64').toString('hex');
  const hashes = new Set(digits.match(new RegExp(`.{${DIGITS}}`, 'g')));
  return (text) => hashes.has(hashOf(text));
}

const hashOf = (text: string) =>
  createHash('sha256').update(normaliseText(text)).digest('hex').slice(0, DIGITS);
