import { type LabelNames, type RowLabel, TOXICITY_LABELS } from '../terms.js';

/** What counts as positive: the built-in notion of toxic, the user's own words, or not said. */
export type Policy = 'built-in' | 'none' | { readonly text: string };

/** One reply that a model may give, and the label that it means. */
export interface Answer {
  readonly label: RowLabel;
  /** The whole reply, or a pattern that the whole reply must match. */
  readonly reply: string | RegExp;
}

/** What rows are labelled for: everything that differs between toxicity and another question. */
export interface Task {
  readonly name: string;
  readonly labels: LabelNames;
  readonly policy: Policy;
  /** A whole prompt of the user's, with `{{text}}` once; it takes the place of the moderator's. */
  readonly prompt?: string | undefined;
  /** What replies mean, where a model does not answer with the names of the labels. */
  readonly answers?: readonly Answer[] | undefined;
  readonly data: DataColumns;
}

/** The mark in a prompt that a row's text takes the place of. */
export const TEXT_MARK = '{{text}}';

/** Where a dataset holds text and label, and what the words in the label's column mean. */
export interface DataColumns {
  readonly text?: string | undefined;
  readonly label?: string | undefined;
  /** By the cell, trimmed and in lower case; null for a row that people left open. */
  readonly map: ReadonlyMap<string, RowLabel | null>;
}

/** The task where none is named: ToxicChat's. */
export const TOXICITY: Task = {
  name: 'toxicity',
  labels: TOXICITY_LABELS,
  policy: 'built-in',
  data: { map: new Map() },
};

/** Whether texts are judged by the built-in policy, whatever the columns and labels are called. */
export const isBuiltIn = ({ policy, prompt }: Task): boolean =>
  policy === 'built-in' && prompt === undefined;

const GENERAL_WORDS: Readonly<Record<RowLabel, readonly string[]>> = {
  positive: ['1', '1.0', 'true', 'yes'],
  negative: ['0', '0.0', 'false', 'no'],
};

/**
 * What people may write in a column of labels: the words of the task's map, the names of its
 * labels, and 1 or 0, true or false, yes or no. An earlier one of these overrules a later one.
 *
 * @returns the label by the word in lower case; null where the map says that a row has none
 */
export function labelWords({ labels, data }: Task): ReadonlyMap<string, RowLabel | null> {
  const sides: readonly RowLabel[] = ['positive', 'negative'];
  return new Map<string, RowLabel | null>([
    ...sides.flatMap((side) => GENERAL_WORDS[side].map((word) => [word, side] as const)),
    ...sides.map((side) => [labels[side].toLowerCase(), side] as const),
    ...data.map,
  ]);
}

/** How a cell is looked up among the words. */
export const wordOf = (cell: unknown): string =>
  typeof cell === 'object' ? '' : String(cell).trim().toLowerCase().replace(/\s+/g, ' ');
