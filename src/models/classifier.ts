import type { Cascade } from '../cascade/cascade-schema.js';
import type { Seen } from '../cascade/drift.js';
import type { Estimator } from '../pricing/estimate.js';
import type { Price } from '../pricing/price.js';
import type { PossiblyBilled } from '../requests/sender.js';
import type { Sample } from '../sample.js';
import type { Verdict } from '../verdict.js';
import type { BatchSide } from './batch-side.js';

/**
 * Judges one sample. Chat models, the word list and students are all of this type.
 *
 * It resolves with a verdict for anything that concerns only the row, and rejects with a UserError
 * where the whole run cannot go on. When the signal is aborted it sends nothing more: what waits
 * rejects with the signal's reason, and what is in flight may still be answered for a few seconds.
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
  /** What its tokens cost; undefined where that is unknown. */
  readonly price?: Price | undefined;
  /** Estimates tokens and cost; undefined unless that was asked for. */
  readonly estimator?: Estimator | undefined;
  /** Requests of this run that may have been billed and that no row shows. Absent where nothing is. */
  readonly possiblyBilled?: (() => PossiblyBilled) | undefined;
  /** Counts an answer, of so many dollars, that was paid for and could not be written. */
  readonly addPossiblyBilled?: ((usd: number) => void) | undefined;
  readonly classify: Classifier;
  /** How it is asked in batches; absent where no server is asked. */
  readonly batch?: BatchSide | undefined;
  /** What `classify` resolves with, at once: of a model in this process that waits for nothing. */
  readonly judge?: ((sample: Sample) => Verdict) | undefined;
  /** The file of a student, as it was named. */
  readonly file?: string;
  /** What a student learned from; null where its file does not say. Absent for any other model. */
  readonly learned?: Learned | null;
  /** Of a cascade alone. */
  readonly cascade?: CascadeFacts;
}

/** Answers that the teacher of a cascade has given already, and that need not be asked again. */
export interface RecordedAnswers {
  readonly model: string;
  readonly provider: string;
  readonly prompt: string;
  readonly verdictOf: (text: string) => Verdict | undefined;
}

/** What there is to say of a cascade. */
export interface CascadeFacts {
  /** How people call the one who is asked where the student is not sure. */
  readonly teacher: string;
  /** The prompt of the student, by which its own answers are known. */
  readonly student: string;
  /** The student where it answers alone: its name, and the score from which it says positive. */
  readonly alone: { readonly name: string; readonly threshold: number };
  /** What it was calibrated on, to be compared with later rows. */
  readonly calibration: Seen;
  readonly promise: Cascade['promise'];
  /** Whether a text goes to a server; where the student needs an embedding, each may. */
  readonly asks: (text: string) => boolean;
  /** The same cascade, which takes its teacher's answers from a record where they are there. */
  readonly withAnswers: (recorded: RecordedAnswers) => Model;
  /** Answers that were taken from a record, and so not paid for in this run. */
  readonly takenFromRecord: () => number;
}

/** The texts that a student learned from. */
export interface Learned {
  readonly has: (text: string) => boolean;
  /** Where rows were set aside when it was trained, if they are still there. */
  readonly testFile: string | null;
}

/** How a report calls each of several models: by its id, or by its file where ids are the same. */
export const namesOf = (models: readonly Model[]): string[] =>
  models.map(({ id, file }) => {
    const isAlone = models.filter((other) => other.id === id).length === 1;
    return isAlone || file === undefined ? id : `student:${file}`;
  });

/** How a model judges that is in this process and waits for nothing. */
export const atOnce = (
  judge: (sample: Sample) => Verdict,
): { readonly classify: Classifier; readonly judge: (sample: Sample) => Verdict } => ({
  judge,
  classify: async (sample) => judge(sample),
});
