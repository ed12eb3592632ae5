import { normaliseText } from '../text.js';

/** How many of the texts stand among those before them, normalised. */
export function countDuplicates(texts: readonly string[]): number {
  return texts.length - new Set(texts.map(normaliseText)).size;
}

/**
 * Which rows also stand in a training file, by normalised text.
 *
 * @param trainTexts - the texts that the student learned from
 * @returns one answer a row, in order
 */
export function seenIn(
  rows: readonly { readonly input: string }[],
  trainTexts: Iterable<string>,
): boolean[] {
  const seen = new Set<string>();
  for (const text of trainTexts) seen.add(normaliseText(text));
  return rows.map(({ input }) => seen.has(normaliseText(input)));
}
