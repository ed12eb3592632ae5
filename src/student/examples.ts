import { createHash } from 'node:crypto';
import type { JudgedRow } from '../records.js';
import type { LabelSource, RowLabel } from '../terms.js';

/** One text to learn from. */
export interface Example {
  readonly input: string;
  readonly positive: boolean;
  /** P(positive) to fit: the teacher's score where there is one, else 0 or 1. */
  readonly target: number;
  /** What teacher and people say of it, whichever of them is learned. */
  readonly said?: Readonly<Record<LabelSource, RowLabel | null>>;
  /**
   * False of one that was picked rather than drawn at random: it is learned from, and no figure
   * rests on it.
   */
  readonly isUniform?: boolean;
}

/** The example that a row makes, undefined where it has no label of that source. */
export function exampleOf(
  { input, prediction, true_label, score }: JudgedRow,
  labels: LabelSource,
  isUniform = true,
): Example | undefined {
  const label = labels === 'human' ? true_label : prediction;
  if (label === null) return undefined;
  const positive = label === 'positive';
  const hard = positive ? 1 : 0;
  const target = labels === 'teacher' ? (score ?? hard) : hard;
  const said = { teacher: prediction, human: true_label };
  return { input, positive, target, said, ...(isUniform ? {} : { isUniform }) };
}

/** SHA-256 of the examples in their order, one JSON array a line: text, label, target. */
export function hashExamples(examples: readonly Example[]): string {
  const hash = createHash('sha256');
  for (const { input, positive, target } of examples) {
    hash.update(`${JSON.stringify([input, positive, target])}\n`);
  }
  return hash.digest('hex');
}
