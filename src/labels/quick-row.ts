import type { JudgedRow, LabelledRow } from '../records.js';
import type { LabelNames, RowLabel } from '../terms.js';

type Values = Readonly<Record<string, unknown>>;

/**
 * Checks a line of labels by hand, since there may be millions of them. What this does not know is no
 * error: it is the schema's to say what it is.
 *
 * @returns what `judgedRowSchema` makes of the value, which is changed for it, or undefined
 */
export function quickJudgedRow(value: unknown, names: LabelNames): JudgedRow | undefined {
  if (!isObject(value) || !hasOrigin(value) || !hasProvenance(value) || !hasAnswer(value)) {
    return undefined;
  }
  const prediction = labelOf(value.prediction, names);
  const true_label = labelOf(value.true_label, names);
  if (prediction === undefined || true_label === undefined) return undefined;
  return Object.assign(value, { prediction, true_label }) as unknown as JudgedRow;
}

/** The same for `labelledRowSchema`, by which each row has a prediction. */
export function quickLabelledRow(value: unknown, names: LabelNames): LabelledRow | undefined {
  if (!isObject(value) || value.prediction === null) return undefined;
  return quickJudgedRow(value, names) as LabelledRow | undefined;
}

function labelOf(name: unknown, { positive, negative }: LabelNames): RowLabel | null | undefined {
  if (name === negative) return 'negative';
  if (name === positive) return 'positive';
  return name === null ? null : undefined;
}

function hasOrigin(row: Values): boolean {
  const { human_check, is_jailbreaking, sampling_probability } = row;
  return (
    typeof row.input === 'string' &&
    typeof row.origin === 'string' &&
    (human_check === null || typeof human_check === 'boolean') &&
    (is_jailbreaking === null || is_jailbreaking === 0 || is_jailbreaking === 1) &&
    isWhole(row.ds_original_idx) &&
    isAbsentOr(hasCells, row.columns) &&
    (sampling_probability === null || isAbsentOr(isProbability, sampling_probability)) &&
    isAbsentOr(isProbability, row.sample_fraction) &&
    isAbsentOr(isRank, row.sample_rank)
  );
}

function hasProvenance(row: Values): boolean {
  const { split, usage, cost_usd, latency_ms } = row;
  return (
    isAbsentOr(isString, row.model) &&
    isAbsentOr(isString, row.provider) &&
    isAbsentOr(isString, row.prompt) &&
    isAbsentOr(isString, row.dataset) &&
    (split === null || isAbsentOr(isString, split)) &&
    (usage === null || isAbsentOr(isUsage, usage)) &&
    (cost_usd === null || isAbsentOr(isAmount, cost_usd)) &&
    (latency_ms === null || isAbsentOr(isAmount, latency_ms))
  );
}

/** Rows of cascades, of guard models and of those that a student picked are few. */
const RARE = [
  ...['categories', 'answered_by', 'student_score', 'run'],
  ...['picked_by', 'pick_round', '__proto__'],
];

const hasAnswer = (row: Values) =>
  isAbsentOr(isScore, row.score) && !RARE.some((key) => Object.hasOwn(row, key));

const isRank = (value: unknown) => typeof value === 'number' && value >= 0 && value < 1;

const isAbsentOr = (is: (value: unknown) => boolean, value: unknown) =>
  value === undefined || is(value);

const isObject = (value: unknown): value is Values =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const isString = (value: unknown) => typeof value === 'string';
const isWhole = (value: unknown) => Number.isSafeInteger(value) && (value as number) >= 0;
const isAmount = (value: unknown) => Number.isFinite(value) && (value as number) >= 0;
const isScore = (value: unknown) => isAmount(value) && (value as number) <= 1;
const isProbability = (value: unknown) => isScore(value) && (value as number) > 0;

/** Only the two counts that every server gives. */
const isUsage = (value: unknown) =>
  isObject(value) &&
  isWhole(value.prompt_tokens) &&
  isWhole(value.completion_tokens) &&
  Object.keys(value).length === 2;

const isCell = (value: unknown) =>
  value === null ||
  typeof value === 'string' ||
  typeof value === 'boolean' ||
  Number.isFinite(value);

const hasCells = (value: unknown) =>
  isObject(value) && !Object.hasOwn(value, '__proto__') && Object.values(value).every(isCell);
