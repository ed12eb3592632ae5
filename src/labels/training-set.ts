import { existsSync } from 'node:fs';
import { uniformRows } from '../analysis/sampling-weights.js';
import { UserError } from '../errors.js';
import type { ReadingCallbacks } from '../files/bytes.js';
import { refuseSpecialFile } from '../files/jsonl.js';
import { nearFile } from '../files/near.js';
import type { JudgedRow } from '../records.js';
import { drawingIn } from '../rows/drawing.js';
import { type Example, exampleOf } from '../student/examples.js';
import type { Student } from '../student/student-schema.js';
import { type Task, TOXICITY } from '../task/task.js';
import type { LabelSource } from '../terms.js';
import { normaliseText } from '../text.js';
import { readInputs, readJudgedRows } from './judged-rows.js';
import { type Unlabelled, withoutLabels } from './no-labels.js';

export interface TrainingSetOptions {
  readonly trainFile: string;
  /** Default: toxicity. */
  readonly task?: Task | undefined;
  /** Files whose texts are excluded: those that the student will be evaluated on. */
  readonly exclude?: readonly string[] | undefined;
  /** Whose labels to learn. Default: the teacher's. */
  readonly labels?: LabelSource | undefined;
  /** Only rows that were labelled before this round of picking. Default: all. */
  readonly beforeRound?: number | undefined;
  /** Aborted to stop while the files are read. */
  readonly signal?: AbortSignal | undefined;
}

type Reading = Pick<TrainingSetOptions, 'signal'> & ReadingCallbacks;

/** The rows to learn from, and how many of the file are excluded for each reason. */
export interface TrainingSet {
  readonly task: Task;
  /** Sorted by their index in the split, whatever the order of the file. */
  readonly examples: readonly Example[];
  /** All rows of the file, in the same order. */
  readonly rows: readonly JudgedRow[];
  /** Null where the labels are people's, or the rows name no teacher or several. */
  readonly teacher: Student['teacher'];
  /** Where the rows come from; null where they name no dataset or several. */
  readonly dataset: string | null;
  /** Rows excluded because their text is in a file of `exclude`. */
  readonly excluded: number;
  /** Rows excluded because an earlier row has the same text. */
  readonly duplicates: number;
  /** Rows excluded because they have no label of that source. */
  readonly withoutLabel: number;
  /** Rows excluded because they have no text. */
  readonly empty: number;
}

/**
 * Reads the training set from a file of labels. Texts are compared in their normalised form: case,
 * white space and width make no difference.
 *
 * @throws UserError when a file is missing, has a bad line, or no row is left to learn from; the signal's
 *   reason when aborted
 */
export async function readTrainingSet(
  {
    trainFile,
    task = TOXICITY,
    exclude = [],
    labels = 'teacher',
    beforeRound = Number.POSITIVE_INFINITY,
    signal,
  }: TrainingSetOptions,
  { onRead }: ReadingCallbacks = {},
): Promise<TrainingSet> {
  const reading = { signal, onRead };
  for (const path of [trainFile, ...exclude]) refuseMissing(path);
  const excludedTexts = await readTexts(exclude, task, reading);
  const seen = new Set<string>();
  const counts = { excluded: 0, duplicates: 0, withoutLabel: 0, empty: 0 };
  const teachers = new Map<string, Student['teacher']>();
  const datasets = new Set<string | null>();
  const examples: Example[] = [];
  const rows = (await readInOrder(trainFile, task, reading)).filter(
    ({ pick_round: round = 0 }) => round < beforeRound,
  );
  const isUniform = uniformRows(drawingIn(rows));
  for (const [place, row] of rows.entries()) {
    const text = normaliseText(row.input);
    const example = exampleOf(row, labels, isUniform?.[place]);
    if (text === '') counts.empty += 1;
    else if (excludedTexts.has(text)) counts.excluded += 1;
    else if (!example) counts.withoutLabel += 1;
    else if (seen.has(text)) counts.duplicates += 1;
    else {
      seen.add(text);
      examples.push(example);
      const teacher = labels === 'teacher' ? teacherOf(row) : null;
      teachers.set(JSON.stringify(teacher), teacher);
      datasets.add(row.dataset ?? null);
    }
  }
  if (examples.length === 0) {
    throw await nothingLeft({ path: trainFile, task, rows, wanted: labels }, counts);
  }
  return {
    task,
    examples,
    rows,
    teacher: onlyOne(teachers.values()),
    dataset: onlyOne(datasets),
    ...counts,
  };
}

function onlyOne<T>(values: Iterable<T>): T | null {
  const [first = null, ...others] = values;
  return others.length === 0 ? first : null;
}

/** The rows of a file are in the order of their answers, which differs from run to run. */
async function readInOrder(
  path: string,
  task: Task,
  { signal, onRead }: Reading,
): Promise<JudgedRow[]> {
  const rows: JudgedRow[] = [];
  for await (const { value } of readJudgedRows(path, task, { onRead })) {
    signal?.throwIfAborted();
    rows.push(value);
  }
  return rows.sort(
    (a, b) => a.ds_original_idx - b.ds_original_idx || compareUnits(a.input, b.input),
  );
}

const compareUnits = (a: string, b: string) => Number(a > b) - Number(a < b);

async function readTexts(
  paths: readonly string[],
  task: Task,
  { signal, onRead }: Reading,
): Promise<Set<string>> {
  const texts = new Set<string>();
  for (const path of paths) {
    for await (const text of readInputs(path, task, { onRead })) {
      signal?.throwIfAborted();
      texts.add(normaliseText(text));
    }
  }
  return texts;
}

function teacherOf({ model, provider, prompt }: JudgedRow): Student['teacher'] {
  if (model === undefined || provider === undefined || prompt === undefined) return null;
  return { model, provider, prompt };
}

function refuseMissing(path: string): void {
  if (!existsSync(path)) {
    const near = nearFile(path);
    const meant = near === undefined ? '' : `did you mean ${near}? Else `;
    throw new UserError(`there is no file ${path}`, {
      hint: `${meant}write one with collect, or name another with \`trainFile\``,
    });
  }
  refuseSpecialFile(path);
}

async function nothingLeft(
  {
    path,
    task,
    rows,
    wanted,
  }: Pick<Unlabelled, 'path' | 'task' | 'wanted'> & { readonly rows: readonly JudgedRow[] },
  { excluded, withoutLabel }: { excluded: number; withoutLabel: number },
): Promise<UserError> {
  if (withoutLabel > 0) {
    const instead =
      wanted === 'human'
        ? "learn the teacher's labels instead: `labels` teacher"
        : "learn people's labels instead: `labels` human";
    const hasOther = rows.some(
      (row) => (wanted === 'human' ? row.prediction : row.true_label) !== null,
    );
    return withoutLabels({ path, task, rows: rows.length, hasOther, wanted, instead });
  }
  if (excluded > 0) {
    return new UserError(`every row of ${path} is in a file of \`exclude\``, {
      hint: 'train on other rows than those to evaluate on: collect them with `split` train',
    });
  }
  return new UserError(`${path} holds no rows`, { hint: 'write some with collect first' });
}
