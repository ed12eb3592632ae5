import type { Estimator } from '../pricing/estimate.js';
import type { Price } from '../pricing/price.js';
import type { Sample, Verdict } from '../records.js';

/**
 * Judges one sample. A chat model and the word list are both of this kind.
 *
 * It resolves with a verdict for anything that concerns the row alone, and rejects with a
 * UserError where the whole run cannot go on. When the signal is aborted it sends nothing more:
 * what waits rejects at once with the signal's reason, what is in flight may still be answered for
 * a short while.
 */
export type Classifier = (sample: Sample, signal: AbortSignal) => Promise<Verdict>;

/** A classifier with the names that each of its labels records. */
export interface Model {
  readonly id: string;
  readonly provider: string;
  /** The prompt's name and hash. */
  readonly prompt: string;
  /** Whether its answers have scores: `maybe` where only the server can tell. */
  readonly scores: 'always' | 'never' | 'maybe';
  /** What its tokens cost; undefined where nobody knows. */
  readonly price?: Price | undefined;
  /** Foretells tokens and cost, where that was asked for. */
  readonly estimator?: Estimator | undefined;
  readonly classify: Classifier;
}
