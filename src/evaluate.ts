import { analyse } from './analysis/analyse.js';
import type { AnalysisContender, AnalysisInput } from './analysis/input.js';
import { seenIn } from './analysis/leakage.js';
import type { Report } from './analysis/report.js';
import { applyThreshold, tuneThreshold } from './analysis/threshold.js';
import { UserError } from './errors.js';
import { readJsonl } from './files/jsonl.js';
import type { EvalFile, EvalRow, Truth } from './labels/eval-file.js';
import { type Done, type LabelFileOptions, readDone } from './labels/label-file.js';
import {
  distinctSamples,
  type Predictions,
  predictionsPath,
  predictionsSource,
} from './labels/predictions.js';
import type { Model } from './models/classifier.js';
import { type Estimate, estimateRun } from './pricing/estimate.js';
import type { Price } from './pricing/prices.js';
import { labelledRowSchema, rowKey, type Sample, type ToxicityLabel } from './records.js';

/** How the figures of an evaluation are computed. */
export interface AnalysisOptions {
  readonly trueLabels: Truth;
  /** Of the intervals, such as 0.95. */
  readonly confidence: number;
  /** Resamples. */
  readonly bootstrap: number;
  readonly seed: number;
  readonly onUnanswered: AnalysisInput['settings']['onUnanswered'];
  readonly sliceColumns: readonly string[];
  readonly baselines: boolean;
  readonly toolVersion: string;
  /** ISO 8601, UTC. */
  readonly createdAt: string;
}

/** A contender with what it said, and what it costs. */
export interface Contender {
  readonly name: string;
  readonly predictions: Predictions;
  readonly price: Price | undefined;
  readonly threshold?: { readonly value: number; readonly source: string } | undefined;
}

/**
 * Sets what the contenders said beside the truth. Nothing is sent.
 *
 * @throws UserError when a threshold is to be applied and an answer has no score
 */
export function evaluate(
  evalFile: EvalFile,
  contenders: readonly Contender[],
  { trueLabels, toolVersion, createdAt, ...settings }: AnalysisOptions,
  seen: Report['data']['seen'] = null,
): Report {
  const { path, sha256, dataset, split, rows, teacher } = evalFile;
  return analyse({
    rows,
    teacher,
    contenders: contenders.map(toAnalysis),
    settings: { ...settings, truth: trueLabels },
    data: { file: path, sha256, dataset, split, seen },
    createdAt,
    toolVersion,
  });
}

function toAnalysis({ name, predictions, price, threshold }: Contender): AnalysisContender {
  const { id, provider, prompt, file, usage, cost, latencies, verdicts } = predictions;
  const basis = price?.basis ?? (cost.known > 0 ? 'as its rows record it' : 'unknown');
  return {
    name,
    id,
    provider,
    prompt,
    file,
    usage,
    cost: { usd: cost.unknown > 0 || cost.known === 0 ? null : cost.usd, basis },
    latencies,
    threshold: threshold ?? null,
    verdicts: threshold ? applyThreshold(verdicts, threshold.value) : verdicts,
  };
}

/**
 * Finds the threshold with the best toxic F1 on the rows of another evaluation file.
 *
 * @param predictions - what the model said of those rows
 * @throws UserError when they have no scores, or no toxic row
 */
export function thresholdFrom(
  { path, rows }: EvalFile,
  { verdicts }: Predictions,
  trueLabels: Truth,
): { value: number; source: string } {
  const scores: number[] = [];
  const truth: ToxicityLabel[] = [];
  rows.forEach((row, i) => {
    const verdict = verdicts[i];
    const label = trueLabels === 'human' ? row.human : row.teacher;
    if (verdict?.outcome !== 'answered' || verdict.score === undefined || label === null) return;
    scores.push(verdict.score);
    truth.push(label);
  });
  const best = scores.length > 0 ? tuneThreshold(scores, truth) : undefined;
  if (!best) {
    throw new UserError(`no threshold can be tuned on ${path}: it has no toxic row with a score`, {
      hint: 'take a file that the model has judged with scores, and in which some rows are toxic',
    });
  }
  return { value: best.threshold, source: path };
}

/**
 * Counts the rows that also stand in the file a student learned from, and leaves them out where
 * that is wanted.
 *
 * @throws UserError when the file is bad, or no row would be left
 */
export async function withoutSeen(
  evalFile: EvalFile,
  trainFile: string,
  exclude: boolean,
): Promise<{ evalFile: EvalFile; seen: NonNullable<Report['data']['seen']> }> {
  const texts: string[] = [];
  for await (const { value } of readJsonl(trainFile, labelledRowSchema)) texts.push(value.input);
  const isSeen = seenIn(evalFile.rows, texts);
  const seen = { file: trainFile, rows: isSeen.filter(Boolean).length, excluded: exclude };
  if (!exclude) return { evalFile, seen };
  const keep = <T>(_: T, row: number) => isSeen[row] !== true;
  const rows: EvalRow[] = evalFile.rows.filter(keep);
  if (rows.length === 0) {
    throw new UserError(`every row of ${evalFile.path} also stands in ${trainFile}`, {
      hint: 'evaluate on rows that the student has not seen',
    });
  }
  const { scores, latencies, ...teacher } = evalFile.teacher;
  const kept = { ...teacher, latencies, ...(scores ? { scores: scores.filter(keep) } : {}) };
  return { evalFile: { ...evalFile, rows, teacher: kept }, seen };
}

const NOTHING_DONE: Done = { done: new Set(), meanAnswerTokens: undefined };

/**
 * What an evaluation would take; nothing is sent. Rows that repeat are asked once and count once.
 *
 * @throws UserError when the answers on disk are of another prompt or dataset
 */
export async function estimateEvaluate(
  evalFile: EvalFile,
  model: Model,
  options: LabelFileOptions = {},
): Promise<Estimate> {
  const samples = async function* () {
    yield* distinctSamples(evalFile.rows);
  };
  const { done, meanAnswerTokens } = options.fresh
    ? NOTHING_DONE
    : await readDone(
        predictionsPath(evalFile.path, model),
        predictionsSource(evalFile, model),
        options,
      );
  const isDone = ({ index, text }: Sample) => done.has(rowKey(index, text));
  return estimateRun(samples(), { estimator: model.estimator, isDone, meanAnswerTokens });
}
