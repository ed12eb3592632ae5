import { LABELS, type RowLabel } from '../terms.js';

/** A column of labels, one for each row: {@link POSITIVE}, {@link NEGATIVE} or {@link NO_LABEL}. */
export type Labels = Int8Array;
export const NEGATIVE = LABELS.indexOf('negative');
export const POSITIVE = LABELS.indexOf('positive');
export const NO_LABEL = -1;

export const codeOf = (label: RowLabel | null | undefined): number =>
  label === 'positive' ? POSITIVE : label === 'negative' ? NEGATIVE : NO_LABEL;

export const nameOf = (code: number): RowLabel => (code === POSITIVE ? 'positive' : 'negative');

/** The name of a label; null where there is none. */
export const labelAt = (labels: Labels, row: number): RowLabel | null =>
  LABELS[labels[row] ?? NO_LABEL] ?? null;

export const labelsOf = (labels: readonly (RowLabel | null)[]): Labels =>
  Int8Array.from(labels, codeOf);
