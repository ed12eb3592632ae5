import type { Model } from '../models/classifier.js';
import { originColumns } from '../records.js';
import type { Sample } from '../sample.js';
import type { LabelNames } from '../terms.js';
import type { Verdict } from '../verdict.js';

/** What every row of one file has in common. */
export interface Source {
  readonly model: string;
  readonly provider: string;
  readonly prompt: string;
  readonly dataset: string;
  readonly split: string | null;
}

/** What two rows must have in common to stand in one file. */
export const SOURCE_KEYS = [
  'model',
  'provider',
  'prompt',
  'dataset',
  'split',
] as const satisfies (keyof Source)[];

export function sourceOf(
  { id, provider, prompt }: Model,
  { name, split }: { readonly name: string; readonly split: string | null },
): Source {
  return { model: id, provider, prompt, dataset: name, split };
}

/** A row as it is put to a model; with the number of the run where it is asked more than once. */
export interface Attempt extends Sample {
  /** From 1. */
  readonly run?: number;
}

type Answered = Extract<Verdict, { outcome: 'answered' }>;

/** A label as it is written: keys whose value is undefined are not. */
export function labelLine(
  attempt: Attempt,
  verdict: Answered,
  source: Source,
  names: LabelNames,
): object {
  const { input, ...columns } = originColumns(attempt, names);
  return {
    input,
    prediction: names[verdict.label],
    ...columns,
    ...provenanceOf(verdict, source),
    score: verdict.score,
    categories: verdict.categories,
    run: runOf(attempt),
  };
}

/** The same for a row that got no label. */
export function unansweredLine(
  attempt: Attempt,
  verdict: Exclude<Verdict, Answered>,
  source: Source,
  names: LabelNames,
): object {
  const { outcome, raw } = verdict;
  const { error, retryable } = outcome === 'failed' ? verdict : {};
  return {
    ...originColumns(attempt, names),
    outcome,
    raw,
    error,
    retryable,
    ...provenanceOf(verdict, source),
    run: runOf(attempt),
  };
}

const provenanceOf = (verdict: Verdict, { model, provider, prompt, dataset, split }: Source) => ({
  model,
  provider,
  prompt,
  dataset,
  split,
  usage: verdict.usage,
  cost_usd: verdict.costUsd,
  latency_ms: verdict.latencyMs === null ? null : round(verdict.latencyMs),
  answered_by: verdict.answeredBy,
  student_score: verdict.studentScore,
});

/** The first is what a row has without saying so. */
const runOf = ({ run = 1 }: Attempt) => (run === 1 ? undefined : run);

const round = (milliseconds: number) => Math.round(milliseconds * 1000) / 1000;
