import type { Price } from '../pricing/price.js';
import type { Budget } from '../requests/budget.js';
import type { Clock } from '../requests/clock.js';
import type { Sample } from '../sample.js';
import type { Verdict } from '../verdict.js';
import type { BatchLimits } from './providers.js';
import type { Server } from './server.js';

/** How a model is asked by requests that a server works off later, many in one file. */
export interface BatchSide {
  /** The path that each request names, such as `/v1/chat/completions`. */
  readonly url: string;
  /** Where its files and batches are. */
  readonly server: Server;
  readonly limits: BatchLimits;
  /** What a row costs in a batch; undefined where that is unknown. */
  readonly price: Price | undefined;
  /** The ceiling of the run, where there is one. */
  readonly budget?: Budget | undefined;
  readonly clock: Clock;
  readonly maxRetries: number;
  /** What is put to the model for a row: the same as when it is asked directly. */
  bodyOf(sample: Sample): object;
  /**
   * What a response says of a row.
   *
   * @throws MalformedReplyError when it is none
   */
  verdictOf(response: unknown): Verdict;
  /** The most that a row may cost in a batch, in dollars; 0 where nobody counts. */
  mostCost(text: string): number;
  /** How requests are put, as learned from what the server refused; absent where there is one way. */
  readonly form?: LearnedForm | undefined;
  /** Answers what needs no server, as a cascade does where its student is sure. */
  readonly before?: (sample: Sample, signal: AbortSignal) => Promise<Beforehand>;
  /** Makes a verdict of what was found out beforehand and of the server's. */
  readonly together?: (own: Verdict, theirs: Verdict) => Verdict;
}

/** What is known of a row before it is put to the server. */
export interface Beforehand {
  readonly verdict: Verdict;
  /** Whether that is all: nothing is put to the server. */
  readonly isFinal: boolean;
}

/** The form of requests: in a batch it cannot be adapted to a refusal, so it is learned before. */
export interface LearnedForm {
  /** To be kept. */
  readonly current: () => unknown;
  /** Takes up a form that was kept; false where it is none. */
  readonly use: (kept: unknown) => boolean;
  /** Whether an error refuses a part of the form, and not the row. */
  readonly isRefusedBy: (error: unknown, rowText: string) => boolean;
}
