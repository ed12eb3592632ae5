/**
 * The warnings, by their codes: what limits a figure, or happened otherwise than a user may expect.
 * docs/messages.md has a paragraph on each.
 */
export const WARNINGS = [
  'teacher-is-truth',
  'is-the-truth',
  'few-rows',
  'few-of-a-class',
  'no-human-label',
  'labels-not-random',
  'labels-taken-as-random',
  'labels-drawn',
  'unanswered-rows',
  'rows-not-asked',
  'rows-left-out',
  'unknown-origin',
  'repeated-texts',
  'design-effect',
  'head-of-split',
  'not-probabilities',
  'none-positive',
  'asked-again',
  'nothing-comparable',
  'not-toxicchat',
  'draw-unknown',
  'drawn-unequally',
  'probabilities-missing',
  'picked-rows',
  'own-policy',
  'profanity-only',
  'dataset-moved',
  'dataset-edited',
  'read-as',
  'no-label-column',
  'columns-left-behind',
  'few-positive-rows',
  'possibly-billed',
  'over-max-cost',
  'cascade-promise',
  'cascade-drift',
  'stand-in',
] as const;
export type Warning = (typeof WARNINGS)[number];

/** A warning's text with its code behind it: `12 rows, 3 of them toxic: too few. [few-rows]` */
export const coded = (code: Warning, text: string): string => `${text} [${code}]`;

/** The text and the code of a warning; no code of what is none. */
export function uncoded(warning: string): { readonly text: string; readonly code?: Warning } {
  const [, text, named] = /^(.*) \[([a-z-]+)\]$/s.exec(warning) ?? [];
  const code = WARNINGS.find((each) => each === named);
  return text === undefined || code === undefined ? { text: warning } : { text, code };
}
