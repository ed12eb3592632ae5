import type { Dataset } from './datasets/index.js';
import { type Selection, select } from './datasets/selection.js';
import { UserError } from './errors.js';
import { refuseSpecialFile } from './files/jsonl.js';
import { LabelFile, type LabelFileOptions, readDone, sourceOf } from './labels/label-file.js';
import type { Model } from './models/classifier.js';
import { CostTotal } from './pricing/cost.js';
import { type Estimate, estimateRun } from './pricing/estimate.js';
import {
  addUsage,
  rowKey,
  type Sample,
  type ToxicityLabel,
  type UnansweredOutcome,
  type Usage,
  type Verdict,
} from './records.js';
import { label } from './run/label.js';

export interface CollectOptions extends LabelFileOptions {
  readonly dataset: Dataset;
  readonly selection: Selection;
  readonly model: Model;
  /** The JSONL file to append to. */
  readonly out: string;
  readonly concurrency: number;
  /** Aborted to stop early; what is in flight is still written. */
  readonly signal?: AbortSignal | undefined;
  readonly onNote?: ((note: string) => void) | undefined;
  /** Told of each row once it is on disk. */
  readonly onRow?: ((sample: Sample, verdict: Verdict, soFar: CollectSummary) => void) | undefined;
  /** Told of each row passed over because it is done. */
  readonly onSkip?: ((soFar: CollectSummary) => void) | undefined;
}

/** What a run of collect came to. */
export interface CollectSummary {
  readonly out: string;
  /** Rows that got a label in this run, by label. */
  readonly labels: Record<ToxicityLabel, number>;
  /** Rows passed over because an earlier run had done them. */
  skipped: number;
  readonly unanswered: Partial<Record<UnansweredOutcome, number>>;
  /** Of the failed rows, those that the next run asks again. */
  retryable: number;
  /** Labelled rows that have a human label too, and those where both agree. */
  readonly human: { compared: number; agreed: number };
  usage: Usage;
  readonly cost: CostTotal;
  /** What the estimator foretold of the rows that were answered; undefined without one. */
  expected: { promptTokens: number; usd: number | null } | undefined;
  seconds: number;
  interrupted: boolean;
  /** What ended the run before its time, if anything did. */
  stoppedBy?: unknown;
}

/**
 * Labels the selected rows of a dataset and appends each to a JSONL file as it comes. Rows the
 * file already holds are passed over, so that a rerun picks up where the last one stopped.
 *
 * What ends the run before its time is in the summary, since everything answered until then is
 * on disk and was paid for.
 *
 * @throws UserError when the file belongs to another run or cannot be written, or no row was to
 *   be had
 */
export async function collect(options: CollectOptions): Promise<CollectSummary> {
  const { dataset, selection, model, out, concurrency, signal, onNote, onRow, onSkip } = options;
  const file = await LabelFile.open(out, sourceOf(model, dataset), options);
  const summary = emptySummary(out);
  const started = performance.now();
  for (const aside of file.kept) onNote?.(`kept what was there as ${aside}`);
  if (file.tornBytes > 0) onNote?.(`dropped a half-written last line (${file.tornBytes} bytes)`);

  let selected = 0;
  const missing = async function* () {
    for await (const sample of select(() => dataset.rows(), selection)) {
      selected += 1;
      if (!file.isDone(sample)) yield sample;
      else {
        summary.skipped += 1;
        onSkip?.(summary);
      }
    }
  };
  try {
    for await (const { sample, verdict } of label(missing(), model.classify, {
      concurrency,
      signal,
    })) {
      file.append(sample, verdict);
      count(summary, sample, verdict);
      countCost(summary, { sample, verdict }, model);
      onRow?.(sample, verdict, summary);
    }
  } catch (error) {
    summary.stoppedBy = error;
  } finally {
    summary.seconds = (performance.now() - started) / 1000;
    file.close();
  }
  if (summary.stoppedBy === undefined && selected === 0 && !signal?.aborted)
    throw new UserError(`${dataset.name} has no rows to label`);
  return { ...summary, interrupted: signal?.aborted ?? false };
}

/**
 * What a run of collect would take: rows, tokens, dollars. Nothing is sent and nothing written.
 *
 * @throws UserError when the file belongs to another run
 */
export async function estimateCollect({
  dataset,
  selection,
  model,
  out,
  ...options
}: Pick<
  CollectOptions,
  'dataset' | 'selection' | 'model' | 'out' | keyof LabelFileOptions
>): Promise<Estimate> {
  refuseSpecialFile(out);
  const { done, meanAnswerTokens } = options.fresh
    ? { done: new Set<string>(), meanAnswerTokens: undefined }
    : await readDone(out, sourceOf(model, dataset), options);
  return estimateRun(
    select(() => dataset.rows(), selection),
    {
      estimator: model.estimator,
      isDone: ({ index, text }) => done.has(rowKey(index, text)),
      meanAnswerTokens,
    },
  );
}

function emptySummary(out: string): CollectSummary {
  return {
    out,
    labels: { toxic: 0, 'not toxic': 0 },
    skipped: 0,
    unanswered: {},
    retryable: 0,
    human: { compared: 0, agreed: 0 },
    usage: { prompt_tokens: 0, completion_tokens: 0 },
    cost: new CostTotal(),
    expected: undefined,
    seconds: 0,
    interrupted: false,
  };
}

function count(summary: CollectSummary, sample: Sample, verdict: Verdict): void {
  summary.usage = addUsage(summary.usage, verdict.usage) ?? summary.usage;
  if (verdict.outcome !== 'answered') {
    summary.unanswered[verdict.outcome] = (summary.unanswered[verdict.outcome] ?? 0) + 1;
    if (verdict.outcome === 'failed' && verdict.retryable) summary.retryable += 1;
    return;
  }
  summary.labels[verdict.label] += 1;
  if (sample.label === null) return;
  summary.human.compared += 1;
  if (sample.label === verdict.label) summary.human.agreed += 1;
}

function countCost(
  summary: CollectSummary,
  { sample, verdict }: { sample: Sample; verdict: Verdict },
  { estimator }: Model,
): void {
  summary.cost.add(verdict.costUsd);
  if (!estimator || verdict.usage === null) return;
  const promptTokens = estimator.promptTokens(sample.text);
  const usd = estimator.cost(promptTokens, estimator.answer.expected);
  const soFar = summary.expected ?? { promptTokens: 0, usd: 0 };
  summary.expected = {
    promptTokens: soFar.promptTokens + promptTokens,
    usd: usd === null || soFar.usd === null ? null : soFar.usd + usd,
  };
}
