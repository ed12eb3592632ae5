import { formatCount, formatNumber, formatRange, plural } from '../format.js';
import { coded } from '../messages.js';
import type { LabelNames, UnansweredPolicy } from '../terms.js';
import { sumOf } from './outcomes.js';
import type { ModelResult } from './report/model.js';
import type { Report } from './report/report.js';

/** Below these the intervals are so wide that nearly any two models overlap. */
const FEW_ROWS = 30;
const FEW_POSITIVE_ROWS = 10;
/** Below so many rows of a class, bootstrap intervals of AUROC are too narrow (bench/coverage). */
const FEW_OF_A_CLASS = 14;
/** Rows of ToxicChat's splits, by their names. */
const TOXIC_CHAT_ROWS: Readonly<Record<string, number>> = { train: 5082, test: 5083 };

function policyWords(
  policy: UnansweredPolicy,
  names: LabelNames,
): readonly [one: string, many: string] {
  if (policy === 'exclude')
    return ['is excluded from its figures', 'are excluded from its figures'];
  const as = policy === 'wrong' ? 'wrong' : `"${names[policy]}"`;
  return [`is counted as ${as}`, `are counted as ${as}`];
}

/** The teacher's unanswered rows are not in the file, so no policy applies to them. */
const NOT_IN_FILE = [
  'is not in the file and in no figure',
  'are not in the file and in no figure',
] as const;

/** What is known of how a model came by its labels. */
export interface Circumstances {
  /** Whether it is a student of which nobody knows what it learned from. */
  readonly ofUnknownOrigin?: boolean | undefined;
  /** Whether its rows were put to it, and something ended that before the last one. */
  readonly endedEarly?: boolean | undefined;
}

interface NoteContext extends Circumstances {
  readonly policy: UnansweredPolicy;
  readonly names: LabelNames;
  readonly isFewInFile: boolean;
}

/** The limitations of one model's figures. */
export function modelNotes(
  model: Omit<ModelResult, 'notes'>,
  { policy, names, isFewInFile, ofUnknownOrigin = false, endedEarly = false }: NoteContext,
): string[] {
  const { rows, confusion, figures } = model;
  const notes: string[] = [];
  if (model.is_truth) {
    notes.push(
      coded(
        'is-the-truth',
        'Its own labels are the truth here, so its figures say nothing about its quality.',
      ),
    );
  }
  if (sumOf(rows.unanswered) > 0) notes.push(onUnanswered(model, policy, names));
  if (ofUnknownOrigin) notes.push(coded('unknown-origin', sentence(unknownOrigin('it'))));
  if (rows.not_asked > 0) {
    const why = endedEarly ? 'the run ended early' : 'its kept answers are of other rows';
    notes.push(
      coded('rows-not-asked', `${verb(rows.not_asked, 'was', 'were')} not asked: ${why}.`),
    );
  }
  const positive = figures.positive.support;
  if (!isFewInFile && isFew(rows.compared, positive)) {
    notes.push(tooFew(rows.compared, positive, names));
  }
  const fewer = Math.min(positive, figures.negative.support);
  if (figures.auroc && fewer < FEW_OF_A_CLASS) {
    notes.push(
      coded(
        'few-of-a-class',
        `Its AUROC is of ${plural(fewer, `${names[positive === fewer ? 'positive' : 'negative']} row`)}: with so few, its interval is too narrow. In simulations with 7 positive rows of 100, 95% intervals held the true AUROC in 85% to 87% of the runs.`,
      ),
    );
  }
  if (figures.auprc && !figures.brier) {
    notes.push(
      coded(
        'not-probabilities',
        'Its scores are not probabilities, so they have no Brier score and no calibration.',
      ),
    );
  }
  if (rows.compared > 0 && confusion.positive.positive + confusion.negative.positive === 0) {
    notes.push(coded('none-positive', `It called no row ${names.positive}.`));
  }
  return notes;
}

function onUnanswered(
  { role, rows, bounds }: Pick<ModelResult, 'role' | 'rows' | 'bounds'>,
  policy: UnansweredPolicy,
  names: LabelNames,
): string {
  const unanswered = sumOf(rows.unanswered);
  const [one, many] = role === 'teacher' ? NOT_IN_FILE : policyWords(policy, names);
  const others =
    unanswered === 1 ? `the other ${one}` : `the other ${formatCount(unanswered)} ${many}`;
  const asked = plural(rows.answered + unanswered, 'row');
  const { worst, best } = bounds.positive_f1;
  const range =
    worst === null || best === null || worst === best
      ? ''
      : ` If it had answered all, its ${names.positive} F1 would be from ${formatRange(worst, best)}.`;
  return coded(
    'unanswered-rows',
    `It answered ${formatCount(rows.answered)} of ${asked}; ${others}.${range}`,
  );
}

/** The limitations of the whole report. */
export function reportNotes(
  report: Omit<Report, 'notes' | 'disagreements' | 'rows'>,
  indices: Float64Array,
): string[] {
  const { data, settings, task } = report;
  const { labels: names } = task;
  const notes: string[] = [];
  if (settings.truth === 'teacher') {
    notes.push(
      coded(
        'teacher-is-truth',
        `The truth is the teacher's own labels: the figures say how well a model follows the teacher, not how well it detects ${names.positive} texts.`,
      ),
    );
  }
  const judged = data.positive + data.negative;
  if (isFew(judged, data.positive)) {
    notes.push(tooFew(judged, data.positive, names));
  }
  if (data.without_truth > 0) {
    const are = data.without_truth === 1 ? 'is' : 'are';
    notes.push(
      coded(
        'no-human-label',
        `${verb(data.without_truth, 'has', 'have')} no human label and ${are} excluded from every figure that needs one.`,
      ),
    );
  }
  notes.push(...onClusters(report));
  if (data.seen && data.seen.rows > 0) notes.push(leftOut(data.seen));
  if (isHead(data, indices)) {
    notes.push(
      coded(
        'head-of-split',
        'The file is the head of its split, which has far more toxic rows than the rest: these figures do not hold for the split. Evaluate a random sample of it instead.',
      ),
    );
  }
  if (report.baselines?.every(({ comparable }) => !comparable)) {
    notes.push(
      coded(
        'nothing-comparable',
        `No published result is comparable with this run: the file has ${formatCount(data.rows)} of the ${plural(splitSize(data), 'row')} of its split, and each result is of other rows, another threshold, another release, or does not say.`,
      ),
    );
  }
  return notes;
}

/** Below such an effect nothing changes that a reader would see. */
const LEAST_EFFECT = 1.05;

/** Rows that say the same, and what they are worth. */
function onClusters({
  data,
  settings,
  task,
}: Omit<Report, 'notes' | 'disagreements' | 'rows'>): string[] {
  const notes: string[] = [];
  if (data.duplicate_texts > 0) {
    const are = data.duplicate_texts === 1 ? 'is' : 'are';
    notes.push(
      coded(
        'repeated-texts',
        `${verb(data.duplicate_texts, 'repeats', 'repeat')} the text of an earlier row and ${are} counted again; the intervals allow for it.`,
      ),
    );
  }
  if (data.design_effect !== null && data.design_effect > LEAST_EFFECT) {
    const kind = settings.cluster === null ? 'text' : settings.cluster;
    const worth = formatCount(Math.round(data.positive / data.design_effect));
    notes.push(
      coded(
        'design-effect',
        `${plural(data.positive, `${task.labels.positive} row`)} ${data.positive === 1 ? 'is' : 'are'} worth about ${worth}, since several have the same ${kind} (design effect ${formatNumber(data.design_effect)}).`,
      ),
    );
  }
  return notes;
}

/** Whether there are too few rows, or too few positive ones, to tell models apart. */
export const isFew = (rows: number, positive: number) =>
  rows < FEW_ROWS || positive < FEW_POSITIVE_ROWS;

/** Whether the file itself has too few rows, whatever the models answered. */
export const isFewInFile = (data: Report['data']) =>
  isFew(data.positive + data.negative, data.positive);

const tooFew = (rows: number, positive: number, names: LabelNames) =>
  coded(
    'few-rows',
    `${plural(rows, 'row')}, ${formatCount(positive)} of them ${names.positive}: too few to tell models apart.`,
  );

/** Says how many rows are left out because of whom. */
export function leftOut({ rows, by }: NonNullable<Report['data']['seen']>): string {
  const who = by.map(({ name, rows: count }) =>
    by.length === 1 ? name : `${name}: ${formatCount(count)}`,
  );
  const them = rows === 1 ? 'it' : 'them';
  const how = by.some(({ name }) => name.startsWith('cascade:'))
    ? `learned from ${them} or was chosen on ${them}`
    : `learned from ${them}`;
  return coded(
    'rows-left-out',
    `${verb(rows, 'is', 'are')} left out, since a contender ${how} (${who.join(', ')}).`,
  );
}

/** Says that a contender may have learned from rows that it is judged by. */
export const unknownOrigin = (name: string) =>
  `which rows ${name} learned from is not on record, so it may have learned from some of these`;

/** The teacher may have left some rows of a head unanswered: they are not in the file. */
const MOST_OF_A_HEAD = 0.8;

/** Whether the file has the first rows of a split, or most of them, and no others. */
function isHead(data: Report['data'], indices: Float64Array): boolean {
  const length = indices.reduce((last, index) => Math.max(last, index + 1), 0);
  if (length >= splitSize(data)) return false;
  const rows = new Set(indices).size + (data.seen?.rows ?? 0);
  return rows >= MOST_OF_A_HEAD * length;
}

/** How many rows the split of a file has; 0 where that is not known. */
const splitSize = ({ dataset, split }: Report['data']) =>
  (dataset === 'toxicchat' ? TOXIC_CHAT_ROWS[split ?? ''] : undefined) ?? 0;

const sentence = (text: string) => `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;

/** `1 row is`, `12 rows are`. */
const verb = (rows: number, one: string, many: string) =>
  `${plural(rows, 'row')} ${rows === 1 ? one : many}`;
