import { z } from 'zod';
import { show } from './errors.js';
import { columnsSchema, pickedBy, probability, type Sample, shareBelow1 } from './sample.js';
import {
  ANSWERED_BY,
  type LabelNames,
  type RowLabel,
  TOXICITY_LABELS,
  UNANSWERED,
} from './terms.js';
import { usageSchema, type Verdict } from './verdict.js';

/** The model behind one label, or behind one row without a label. */
const provenance = {
  /** The model's id as it was sent. */
  model: z.string(),
  provider: z.string(),
  /** The prompt's name and the hash of its wording: `moderator@3f9a...`. */
  prompt: z.string(),
  dataset: z.string(),
  split: z.string().nullable(),
  usage: usageSchema.nullable(),
  /** Dollars; null where the price or the usage is unknown. Files before 0.2 do not have it. */
  cost_usd: z.number().nonnegative().nullable().optional(),
  latency_ms: z.number().nonnegative().nullable(),
};

/** How a cascade came by its answer; absent in the rows of any other model. */
const cascaded = {
  answered_by: z.enum(ANSWERED_BY).optional(),
  student_score: z.number().min(0).max(1).optional(),
};

/** Which of the times that its row was asked a line is of, from 1. Absent in the first. */
const run = z.int().positive().optional();

/** A label under its name in a file. */
const namedLabel = ({ positive, negative }: LabelNames) =>
  z.string().transform((name, context): RowLabel => {
    if (name === positive) return 'positive';
    if (name === negative) return 'negative';
    const message = `expected ${show(positive)} or ${show(negative)}`;
    context.addIssue({ code: 'custom', message, params: { hint: OTHER_TASK } });
    return z.NEVER;
  });

/** Nearly always the whole file is of another task, and nothing is wrong with its lines. */
const OTHER_TASK =
  'name the file of the `task` that these labels are of; where this line alone is wrong, remove it';

const originOf = (names: LabelNames) => ({
  input: z.string(),
  origin: z.string(),
  human_check: z.boolean().nullable(),
  true_label: namedLabel(names).nullable(),
  is_jailbreaking: z.union([z.literal(0), z.literal(1)]).nullable(),
  ds_original_idx: z.int().nonnegative(),
  columns: columnsSchema.optional(),
  sampling_probability: probability.nullish(),
  sample_fraction: probability.optional(),
  sample_rank: shareBelow1.optional(),
  picked_by: pickedBy.optional(),
  pick_round: z.int().positive().optional(),
});

/**
 * A line of labels: the 2024 cookbook's seven keys first, then ours. Its own files have only
 * the seven, so everything else is optional on reading. Unknown keys are kept.
 */
export const labelledRowSchema = (names: LabelNames = TOXICITY_LABELS) => {
  const { input, true_label, ...origin } = originOf(names);
  return z.looseObject({
    input,
    prediction: namedLabel(names),
    true_label,
    ...origin,
    ...z.object(provenance).partial().shape,
    score: z.number().min(0).max(1).optional(),
    categories: z.array(z.string()).optional(),
    ...cascaded,
    run,
  });
};
export type LabelledRow = z.infer<ReturnType<typeof labelledRowSchema>>;

/** A row to judge models by or to learn from; `prediction` is null where no teacher labelled it. */
export const judgedRowSchema = (names: LabelNames = TOXICITY_LABELS) =>
  labelledRowSchema(names).extend({ prediction: namedLabel(names).nullable() });
export type JudgedRow = z.infer<ReturnType<typeof judgedRowSchema>>;

/** A line of `<out>.unanswered.jsonl`: a row that was asked and got no label. */
export const unansweredRowSchema = (names: LabelNames = TOXICITY_LABELS) =>
  z.looseObject({
    ...originOf(names),
    outcome: z.enum(UNANSWERED),
    raw: z.string(),
    error: z.string().optional(),
    retryable: z.boolean().optional(),
    ...provenance,
    ...cascaded,
    run,
  });
export type UnansweredRow = z.infer<ReturnType<typeof unansweredRowSchema>>;

/** A row's text and human labels under the original's names, as a file has them, and what comes along. */
export function originColumns(sample: Sample, names: LabelNames) {
  const flag = (is: boolean): 0 | 1 => (is ? 1 : 0);
  return {
    input: sample.text,
    origin: 'user',
    human_check: sample.humanChecked,
    true_label: sample.label && names[sample.label],
    is_jailbreaking: sample.jailbreaking === null ? null : flag(sample.jailbreaking),
    ds_original_idx: sample.index,
    ...(sample.columns && { columns: sample.columns }),
    ...(sample.samplingProbability && { sampling_probability: sample.samplingProbability }),
    ...(sample.sampleFraction && { sample_fraction: sample.sampleFraction }),
    ...(sample.sampleRank !== undefined && { sample_rank: sample.sampleRank }),
    ...(sample.picked && { picked_by: sample.picked.by, pick_round: sample.picked.round }),
  };
}

/**
 * The value of a column: of the row's own keys first, then of the columns that came along. One that is
 * called as an own key is `columns.NAME`.
 */
export function cellOf(row: JudgedRow, column: string): unknown {
  if (Object.hasOwn(row, column)) return row[column];
  const { columns = {} } = row;
  return Object.hasOwn(columns, column)
    ? columns[column]
    : columns[column.replace(/^columns\./, '')];
}

/** The sample that a row was made from. */
export function sampleOf(row: JudgedRow): Sample {
  return {
    id: null,
    index: row.ds_original_idx,
    text: row.input,
    label: row.true_label,
    humanChecked: row.human_check,
    jailbreaking: row.is_jailbreaking === null ? null : row.is_jailbreaking === 1,
    ...(row.columns ? { columns: row.columns } : {}),
    ...(row.sampling_probability == null ? {} : { samplingProbability: row.sampling_probability }),
    ...drawingOf(row),
  };
}

/** How a row came to be asked, as its line says. */
export function drawingOf({
  sample_fraction: sampleFraction,
  sample_rank: sampleRank,
  picked_by: by,
  pick_round: round,
}: JudgedRow | UnansweredRow): Pick<Sample, 'sampleFraction' | 'sampleRank' | 'picked'> {
  return {
    ...(sampleFraction === undefined ? {} : { sampleFraction }),
    ...(sampleRank === undefined ? {} : { sampleRank }),
    ...(by === undefined || round === undefined ? {} : { picked: { by, round } }),
  };
}

/** The verdict that a line was written from. The reply behind a label is not on record. */
export function verdictOf(row: LabelledRow | UnansweredRow): Verdict {
  const verdict =
    'prediction' in row ? answerOf(row as LabelledRow) : failureOf(row as UnansweredRow);
  // Key by key: there may be millions, and a spread takes ten times as long.
  if (row.answered_by !== undefined) verdict.answeredBy = row.answered_by;
  if (row.student_score !== undefined) verdict.studentScore = row.student_score;
  return verdict;
}

function answerOf(row: LabelledRow): Verdict {
  const { prediction: label, usage = null, cost_usd: costUsd = null, latency_ms = null } = row;
  const answer: Verdict = {
    outcome: 'answered',
    label,
    raw: '',
    usage,
    costUsd,
    latencyMs: latency_ms,
  };
  if (row.score !== undefined) answer.score = row.score;
  if (row.categories) answer.categories = row.categories;
  return answer;
}

function failureOf(row: UnansweredRow): Verdict {
  const { outcome, raw, error = '', retryable = false, usage } = row;
  const { cost_usd: costUsd = null, latency_ms: latencyMs } = row;
  const took = { raw, usage, costUsd, latencyMs };
  return outcome === 'failed' ? { outcome, error, retryable, ...took } : { outcome, ...took };
}

/** What the teacher said of a row; undefined where there is no teacher. */
export const teacherVerdictOf = (row: JudgedRow): Verdict | undefined =>
  row.prediction === null ? undefined : verdictOf(row as LabelledRow);

/** The row that a sample makes, with no teacher. */
export const rowOf = (sample: Sample): JudgedRow => {
  const { true_label: _, ...columns } = originColumns(sample, TOXICITY_LABELS);
  return { ...columns, prediction: null, true_label: sample.label };
};
