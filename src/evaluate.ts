import { readdirSync } from 'node:fs';
import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { UserError } from './errors.js';
import { readJsonl, refuseSpecialFile } from './jsonl.js';
import { label } from './label.js';
import { countUnanswered } from './label-file.js';
import type { Model } from './models/classifier.js';
import { CostTotal, costOf } from './pricing/cost.js';
import { type Estimate, estimateRun } from './pricing/estimate.js';
import type { PriceFile } from './pricing/price-file.js';
import { RecordedCost } from './pricing/recorded-cost.js';
import {
  type LabelledRow,
  labelledRowSchema,
  type Sample,
  sampleOf,
  type ToxicityLabel,
  type UnansweredOutcome,
  type Verdict,
} from './records.js';

/** Whose labels count as the truth: people's, or the teacher's. */
export const TRUTHS = ['human', 'gpt'] as const;
export type Truth = (typeof TRUTHS)[number];

export interface EvaluateOptions {
  /** A file that `collect` wrote, or one of the 2024 cookbook's. */
  readonly evalFile: string;
  readonly model: Model;
  readonly trueLabels: Truth;
  readonly concurrency: number;
  /** Aborted to stop early; the result then covers what was answered until then. */
  readonly signal?: AbortSignal | undefined;
  /** Told how many rows there are once the file is read and found good. */
  readonly onStart?: ((rows: number) => void) | undefined;
  readonly onRow?: ((row: EvalRow, verdict: Verdict, spent: CostTotal) => void) | undefined;
  /** What is known of the prices of earlier runs, for the teacher. */
  readonly prices?: PriceFile | undefined;
}

/** A row of the evaluation file: the sample, and what the teacher said of it. */
export interface EvalRow extends Sample {
  readonly teacherLabel: ToxicityLabel;
}

/** The labels of one model beside the truth, row by row, and what became of the other rows. */
export interface Side {
  /** The model's id; null for a teacher that its file does not name. */
  readonly name: string | null;
  /** For answered rows with a true label: the truth, and the model's label. */
  readonly yTrue: ToxicityLabel[];
  readonly yPred: ToxicityLabel[];
  readonly total: number;
  readonly unanswered: Partial<Record<UnansweredOutcome, number>>;
  /** Of the failed rows, those where asking again may help. */
  readonly retryable: number;
  /** Rows that have no true label to be compared with. */
  readonly withoutTruth: number;
  /** Rows that were not asked, because the run was stopped. */
  readonly notAsked: number;
  readonly cost: CostTotal;
}

export interface Evaluation {
  readonly evalFile: string;
  readonly trueLabels: Truth;
  readonly teacher: Side;
  readonly contender: Side;
  /** Rows whose index stands in the file more than once; each is counted as often as it stands. */
  readonly repeatedRows: number;
  /** What ended the run before its time, if anything did. */
  readonly stoppedBy?: unknown;
}

/**
 * Puts every row of a labelled file to a model and sets its labels, and the teacher's, beside
 * the truth. The whole file is checked before the first row is asked.
 *
 * @throws UserError when the file is missing, empty, has a bad line, or no human labels although
 *   they are to be the truth
 */
export async function evaluate(options: EvaluateOptions): Promise<Evaluation> {
  const { evalFile, model, trueLabels, concurrency, signal, onStart, onRow, prices } = options;
  const { teacher, repeatedRows } = await readTeacher(evalFile, trueLabels, prices);
  onStart?.(teacher.rows);

  const contender = { yTrue: [] as ToxicityLabel[], yPred: [] as ToxicityLabel[], withoutTruth: 0 };
  const unanswered: Side['unanswered'] = {};
  let asked = 0;
  let retryable = 0;
  const cost = new CostTotal();
  let stoppedBy: unknown;
  try {
    for await (const { sample, verdict } of label(evalRows(evalFile), model.classify, {
      concurrency,
      signal,
    })) {
      asked += 1;
      cost.add(costOf(verdict.usage, model.price));
      onRow?.(sample, verdict, cost);
      if (verdict.outcome === 'answered') {
        compare(contender, truthOf(sample, trueLabels), verdict.label);
        continue;
      }
      unanswered[verdict.outcome] = (unanswered[verdict.outcome] ?? 0) + 1;
      if (verdict.outcome === 'failed' && verdict.retryable) retryable += 1;
    }
  } catch (error) {
    stoppedBy = error;
  }
  const total = teacher.rows;
  return {
    evalFile,
    trueLabels,
    teacher: teacher.side,
    contender: {
      name: model.id,
      ...contender,
      total,
      unanswered,
      retryable,
      notAsked: total - asked,
      cost,
    },
    repeatedRows,
    ...(stoppedBy === undefined ? {} : { stoppedBy }),
  };
}

async function readTeacher(evalFile: string, trueLabels: Truth, prices: PriceFile | undefined) {
  await checkExists(evalFile);
  refuseSpecialFile(evalFile);
  const columns = { yTrue: [] as ToxicityLabel[], yPred: [] as ToxicityLabel[], withoutTruth: 0 };
  const names = new Set<string>();
  const indices = new Set<number>();
  const teacherCost = new RecordedCost(prices);
  let rows = 0;
  for await (const { value } of readJsonl(evalFile, labelledRowSchema)) {
    rows += 1;
    indices.add(value.ds_original_idx);
    if (value.model !== undefined) names.add(value.model);
    await teacherCost.add(value);
    const row = evalRowOf(value);
    compare(columns, truthOf(row, trueLabels), row.teacherLabel);
  }
  if (rows === 0) {
    throw new UserError(`${evalFile} holds no rows`, { hint: 'write some with collect first' });
  }
  if (columns.withoutTruth === rows) {
    throw new UserError(
      `${evalFile} has no human labels (true_label is null in all ${rows} rows)`,
      {
        hint: "take the teacher's labels as the truth with --true-labels gpt",
      },
    );
  }
  const unanswered = Object.fromEntries(await countUnanswered(evalFile, indices));
  const unansweredRows = Object.values(unanswered).reduce((sum, count) => sum + count, 0);
  const side: Side = {
    name: names.size === 0 ? null : [...names].join(' + '),
    ...columns,
    total: rows + unansweredRows,
    unanswered,
    retryable: 0,
    notAsked: 0,
    cost: teacherCost.total,
  };
  return { teacher: { rows, side }, repeatedRows: rows - indices.size };
}

/**
 * What an evaluation would take; nothing is sent.
 *
 * @throws UserError as {@link evaluate}
 */
export async function estimateEvaluate({
  evalFile,
  model,
  trueLabels,
}: Pick<EvaluateOptions, 'evalFile' | 'model' | 'trueLabels'>): Promise<Estimate> {
  await readTeacher(evalFile, trueLabels, undefined);
  return estimateRun(evalRows(evalFile), { estimator: model.estimator, isDone: () => false });
}

async function* evalRows(evalFile: string): AsyncGenerator<EvalRow> {
  for await (const { value } of readJsonl(evalFile, labelledRowSchema)) yield evalRowOf(value);
}

const evalRowOf = (row: LabelledRow): EvalRow => ({
  ...sampleOf(row),
  teacherLabel: row.prediction,
});

const truthOf = (row: EvalRow, trueLabels: Truth) =>
  trueLabels === 'human' ? row.label : row.teacherLabel;

function compare(
  columns: { yTrue: ToxicityLabel[]; yPred: ToxicityLabel[]; withoutTruth: number },
  truth: ToxicityLabel | null,
  prediction: ToxicityLabel,
): void {
  if (truth === null) {
    columns.withoutTruth += 1;
    return;
  }
  columns.yTrue.push(truth);
  columns.yPred.push(prediction);
}

async function checkExists(evalFile: string): Promise<void> {
  await access(evalFile).catch((cause) => {
    const there = ['.', 'outputs', 'data'].flatMap(jsonlFilesIn);
    throw new UserError(`there is no file ${evalFile}`, {
      hint:
        there.length > 0
          ? `the JSONL files here are ${there.join(', ')}`
          : 'there is no JSONL file here, in outputs/ or in data/: write one with collect first',
      cause,
    });
  });
}

function jsonlFilesIn(folder: string): string[] {
  try {
    return readdirSync(folder)
      .filter((name) => name.endsWith('.jsonl') && !name.endsWith('.unanswered.jsonl'))
      .sort()
      .map((name) => join(folder, name));
  } catch {
    return [];
  }
}
