import { sumOf, type UnansweredPolicy } from './outcomes.js';
import type { ModelResult, Report } from './report.js';

/** Below these the intervals are so wide that nearly any two models overlap. */
const FEW_ROWS = 30;
const FEW_TOXIC_ROWS = 10;
/** Rows of ToxicChat's splits, by their names. */
const TOXIC_CHAT_ROWS: Readonly<Record<string, number>> = { train: 5082, test: 5083 };

const POLICY_WORDS: Record<UnansweredPolicy, readonly [one: string, many: string]> = {
  exclude: ['is left out of its figures', 'are left out of its figures'],
  wrong: ['counts as wrong', 'count as wrong'],
  toxic: ['counts as called toxic', 'count as called toxic'],
  'not-toxic': ['counts as called not toxic', 'count as called not toxic'],
};

/** The teacher's unanswered rows have no labels to be given one by a policy. */
const NOT_IN_FILE = [
  'is not in the file and in no figure',
  'are not in the file and in no figure',
] as const;

/** What one model's figures may not claim. */
export function modelNotes(
  model: Omit<ModelResult, 'notes'>,
  policy: UnansweredPolicy,
  isFewInFile: boolean,
): string[] {
  const { rows, confusion, figures } = model;
  const notes: string[] = [];
  if (model.is_truth) {
    notes.push('Its own labels are the truth here, so its figures say nothing about its quality.');
  }
  if (sumOf(rows.unanswered) > 0) notes.push(onUnanswered(model, policy));
  if (rows.not_asked > 0) {
    notes.push(`${count(rows.not_asked, 'row was', 'rows were')} not asked: the run ended early.`);
  }
  const toxic = figures.toxic.support;
  if (!isFewInFile && isFew(rows.compared, toxic)) notes.push(tooFew(rows.compared, toxic));
  if (rows.compared > 0 && confusion.toxic.toxic + confusion.not_toxic.toxic === 0) {
    notes.push('It called no row toxic.');
  }
  return notes;
}

function onUnanswered(
  { role, rows, bounds }: Pick<ModelResult, 'role' | 'rows' | 'bounds'>,
  policy: UnansweredPolicy,
): string {
  const unanswered = sumOf(rows.unanswered);
  const [one, many] = role === 'teacher' ? NOT_IN_FILE : POLICY_WORDS[policy];
  const answered = `It answered ${rows.answered} of ${rows.answered + unanswered} rows`;
  const { worst, best } = bounds.toxic_f1;
  const range =
    worst === null || best === null
      ? ''
      : ` Whatever ${unanswered === 1 ? 'its label' : 'their labels'}, its toxic F1 lies between ${worst.toFixed(2)} and ${best.toFixed(2)}.`;
  return `${answered}; ${count(unanswered, `other ${one}`, `others ${many}`)}.${range}`;
}

/** What the whole report may not claim. */
export function reportNotes(report: Omit<Report, 'notes'>, indices: readonly number[]): string[] {
  const { data, settings } = report;
  const notes: string[] = [];
  if (settings.truth === 'teacher') {
    notes.push(
      "The truth is the teacher's own labels: the figures say how well a model follows the teacher, not how well it finds what is toxic.",
    );
  }
  const judged = data.toxic + data.not_toxic;
  if (isFew(judged, data.toxic)) notes.push(tooFew(judged, data.toxic));
  if (data.without_truth > 0) {
    notes.push(
      `${count(data.without_truth, 'row has', 'rows have')} no human label and ${data.without_truth === 1 ? 'is' : 'are'} in no figure that needs one.`,
    );
  }
  if (data.duplicate_texts > 0) {
    notes.push(
      `${count(data.duplicate_texts, 'row repeats', 'rows repeat')} the text of an earlier one and counts again: the intervals are a little too narrow.`,
    );
  }
  if (data.seen && data.seen.rows > 0) notes.push(leakage(data.seen));
  if (isHead(data, indices)) {
    notes.push(
      'The file is the head of its split, where toxic rows are far more frequent than in the whole: take a seeded sample with --sample for figures that hold for the split.',
    );
  }
  if (report.baselines && data.rows < splitSize(data)) {
    notes.push(
      `The published results are of the whole test split; this file has ${data.rows} of its ${splitSize(data)} rows.`,
    );
  }
  return notes;
}

const isFew = (rows: number, toxic: number) => rows < FEW_ROWS || toxic < FEW_TOXIC_ROWS;

/** Whether the file itself has too few rows, whatever the models answered. */
export const isFewInFile = (data: Report['data']) => isFew(data.toxic + data.not_toxic, data.toxic);

const tooFew = (rows: number, toxic: number) =>
  `${count(rows, 'row', 'rows')}, ${toxic} of them toxic: too few rows to tell models apart.`;

const leakage = ({ file, rows, excluded }: NonNullable<Report['data']['seen']>) =>
  excluded
    ? `${count(rows, 'row that also stands', 'rows that also stand')} in ${file} ${rows === 1 ? 'was' : 'were'} left out.`
    : `${count(rows, 'row also stands', 'rows also stand')} in ${file}, which the student learned from: on them it may only remember. Leave them out with --exclude-seen.`;

const isHead = (data: Report['data'], indices: readonly number[]) =>
  data.rows < splitSize(data) &&
  new Set(indices).size === data.rows &&
  indices.every((index) => index < data.rows);

/** How many rows the split of a file has; 0 where that is not known. */
const splitSize = ({ dataset, split }: Report['data']) =>
  (dataset === 'toxicchat' ? TOXIC_CHAT_ROWS[split ?? ''] : undefined) ?? 0;

const count = (n: number, one: string, many: string) => `${n} ${n === 1 ? one : many}`;
