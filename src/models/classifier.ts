import type { Sample, Verdict } from '../records.js';

/**
 * Judges one sample. A chat model and the word list are both of this kind.
 *
 * It resolves with a verdict for anything that concerns the row alone, and rejects with a
 * UserError where the whole run cannot go on, or with the signal's reason when aborted.
 */
export type Classifier = (sample: Sample, signal: AbortSignal) => Promise<Verdict>;

/** A classifier with the names that each of its labels records. */
export interface Model {
  readonly id: string;
  readonly provider: string;
  /** The prompt's name and hash. */
  readonly prompt: string;
  readonly classify: Classifier;
}
