import { hash } from 'node:crypto';
import { z } from 'zod';
import { show } from './errors.js';

/** The two labels of every task; the task says how they are called where people see them. */
export const LABELS = ['negative', 'positive'] as const;
export const labelSchema = z.enum(LABELS);
export type RowLabel = z.infer<typeof labelSchema>;

/** How the two labels are called in files and where people read them. */
export type LabelNames = Readonly<Record<RowLabel, string>>;

/** Those of the built-in task, and of every file of the 2024 cookbook. */
export const TOXICITY_LABELS: LabelNames = { positive: 'toxic', negative: 'not toxic' };

/** Whose labels are meant, of the two that a row may have. */
export const LABEL_SOURCES = ['human', 'teacher'] as const;
export type LabelSource = (typeof LABEL_SOURCES)[number];

/** Why a row got no label. `failed` is transport or server; the others are the model's doing. */
export const UNANSWERED = ['refused', 'filtered', 'truncated', 'unparseable', 'failed'] as const;
export type UnansweredOutcome = (typeof UNANSWERED)[number];

/** Tokens of one request, as the server counted them. */
export const usageSchema = z.object({
  prompt_tokens: z.int().nonnegative(),
  completion_tokens: z.int().nonnegative(),
  cached_tokens: z.int().nonnegative().optional(),
  reasoning_tokens: z.int().nonnegative().optional(),
});
export type Usage = z.infer<typeof usageSchema>;

/** The tokens of two requests together; null where neither server counted. */
export function addUsage(a: Usage | null, b: Usage | null): Usage | null {
  if (!a || !b) return a ?? b;
  const cached = (a.cached_tokens ?? 0) + (b.cached_tokens ?? 0);
  const reasoning = (a.reasoning_tokens ?? 0) + (b.reasoning_tokens ?? 0);
  return {
    prompt_tokens: a.prompt_tokens + b.prompt_tokens,
    completion_tokens: a.completion_tokens + b.completion_tokens,
    ...(cached > 0 ? { cached_tokens: cached } : {}),
    ...(reasoning > 0 ? { reasoning_tokens: reasoning } : {}),
  };
}

/** What a row carries along of one column that the labelling does not need. */
export const cellSchema = z.union([z.string(), z.number(), z.boolean(), z.null()]);
export type Cell = z.infer<typeof cellSchema>;

/** Other columns of a row, such as `comment_id` or `lang`, by their names. */
const columnsSchema = z.record(z.string(), cellSchema);

const probability = z.number().positive().max(1);
const shareBelow1 = z.number().min(0).lt(1);

/** How a student says which rows it wants labelled. */
export const PICK_BY = ['score', 'uncertainty', 'mix'] as const;
export type PickBy = (typeof PICK_BY)[number];

/** Who picked the rows that were drawn at random. */
export const UNIFORM = 'uniform';

/** That, or how a student did, with the hash of its file where it has one: `score@3f9a...`. */
const pickedBy = z.string().regex(/^(uniform|(score|uncertainty|mix)(@[0-9a-f]{12})?)$/);

/** One row of any dataset. `index` is its place in the split, from 0. */
export const sampleSchema = z.object({
  id: z.string().nullable(),
  index: z.int().nonnegative(),
  text: z.string(),
  /** The human label, null where the dataset has none. */
  label: labelSchema.nullable(),
  humanChecked: z.boolean().nullable(),
  jailbreaking: z.boolean().nullable(),
  /** Absent where the row has no other columns. */
  columns: columnsSchema.optional(),
  /** How likely the row was to come into its dataset, where the dataset says so. */
  samplingProbability: probability.optional(),
  /** The share of the split that was drawn at random, where the row is of such a sample. */
  sampleFraction: probability.optional(),
  /** The row's place in the seeded shuffle of its split, as a share of its length. */
  sampleRank: shareBelow1.optional(),
  /** Who wanted the row labelled, in which round of picking. */
  picked: z.object({ by: pickedBy, round: z.int().positive() }).optional(),
});
export type Sample = z.infer<typeof sampleSchema>;

const KEY_DIGITS = 12;

/**
 * Names a row across runs and files: the first 12 hex digits of the SHA-256 of its index in the
 * split and its text. A report may carry it where it must not carry the text.
 */
export const rowKey = (index: number, input: string) =>
  hash('sha256', `${index}\n${input}`, 'hex').slice(0, KEY_DIGITS);

/** Names one of the times that a row is asked: the row itself for the first, `<row>#2` and so on. */
export const attemptKey = (key: string, run = 1) => (run === 1 ? key : `${key}#${run}`);

/**
 * Who answered a row of a cascade; `stand-in` is the student where the teacher was asked and gave
 * no label.
 */
export const ANSWERED_BY = ['student', 'teacher', 'stand-in'] as const;

const answer = {
  /** Of a row that a cascade was asked; `teacher` where that one gave no label. */
  answeredBy: z.enum(ANSWERED_BY).optional(),
  /** The student's score of such a row, whoever answered it. */
  studentScore: z.number().min(0).max(1).optional(),
  /** The model's reply as it came. */
  raw: z.string(),
  usage: usageSchema.nullable(),
  /** Dollars; null where the price or the usage is unknown. */
  costUsd: z.number().nonnegative().nullable(),
  /** From the first request for the row to its verdict; null where a file does not record it. */
  latencyMs: z.number().nonnegative().nullable(),
};

/** What became of one row. A failure never becomes an answer, and never disappears. */
export const verdictSchema = z.discriminatedUnion('outcome', [
  z.object({
    outcome: z.literal('answered'),
    label: labelSchema,
    /** How likely the text is positive, where the model tells: P(positive), or a highest category score. */
    score: z.number().min(0).max(1).optional(),
    /** A guard model's violated categories, such as S1. */
    categories: z.array(z.string()).optional(),
    ...answer,
  }),
  z.object({ outcome: z.enum(['refused', 'filtered', 'truncated', 'unparseable']), ...answer }),
  z.object({
    outcome: z.literal('failed'),
    error: z.string(),
    /** True where asking again may help: the next run does. */
    retryable: z.boolean(),
    ...answer,
  }),
]);
export type Verdict = z.infer<typeof verdictSchema>;

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

/** What to do about the first thing wrong with a value, where its schema knows. */
export function hintOf({ issues: [issue] }: z.ZodError): string | undefined {
  const hint: unknown = issue?.code === 'custom' ? issue.params?.hint : undefined;
  return typeof hint === 'string' ? hint : undefined;
}

/** The first thing wrong with a value: where, what was expected, and what was seen. */
export function describeIssue(error: z.ZodError, value: unknown): string {
  const issue = error.issues[0];
  if (!issue) return 'is not valid';
  const seen = issue.path.reduce<unknown>(
    (inner, key) => (inner as Record<PropertyKey, unknown> | undefined)?.[key],
    value,
  );
  const where = issue.path.length > 0 ? `"${issue.path.join('.')}"` : 'the value';
  return seen === undefined
    ? `${where} is missing`
    : `${where} is ${show(seen)} (${issue.message.replace(/^Invalid (input|option): /, '')})`;
}
