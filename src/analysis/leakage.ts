import { normaliseText } from '../text.js';

/** How many of the texts stand among those before them, normalised. */
export function countDuplicates(texts: readonly string[]): number {
  return texts.length - new Set(texts.map(normaliseText)).size;
}
