import { existsSync } from 'node:fs';
import { z } from 'zod';
import { UserError } from '../errors.js';
import { readJsonl, refuseSpecialFile } from '../files/jsonl.js';
import { type LabelledRow, labelledRowSchema } from '../records.js';
import { type Example, exampleOf, type LabelSource } from '../student/examples.js';
import type { Student } from '../student/student-schema.js';
import { normaliseText } from '../text.js';

export interface TrainingSetOptions {
  readonly trainFile: string;
  /** Files whose texts are left out: what the student is to be evaluated on. */
  readonly exclude: readonly string[];
  readonly labels: LabelSource;
}

/** The rows of a file that are learned from, and what became of the others. */
export interface TrainingSet {
  /** Sorted by their index in the split, whatever the order of the file. */
  readonly examples: readonly Example[];
  /** Null where the labels are people's, or the rows name no teacher or several. */
  readonly teacher: Student['teacher'];
  /** Rows left out because their text stands in an excluded file. */
  readonly excluded: number;
  /** Rows left out because their text came before. */
  readonly duplicates: number;
  /** Rows left out because they have no human label. */
  readonly withoutLabel: number;
  /** Rows left out because there is no text in them. */
  readonly empty: number;
}

/**
 * Reads what there is to learn from a file of labels. Texts are compared as they are normalised:
 * case, white space and width do not make another text.
 *
 * @throws UserError when a file is missing, has a bad line, or nothing is left to learn from
 */
export async function readTrainingSet({
  trainFile,
  exclude,
  labels,
}: TrainingSetOptions): Promise<TrainingSet> {
  for (const path of [trainFile, ...exclude]) refuseMissing(path);
  const excludedTexts = await readTexts(exclude);
  const seen = new Set<string>();
  const counts = { excluded: 0, duplicates: 0, withoutLabel: 0, empty: 0 };
  const teachers = new Map<string, Student['teacher']>();
  const examples: Example[] = [];
  for (const row of await readInOrder(trainFile)) {
    const text = normaliseText(row.input);
    const example = exampleOf(row, labels);
    if (text === '') counts.empty += 1;
    else if (excludedTexts.has(text)) counts.excluded += 1;
    else if (!example) counts.withoutLabel += 1;
    else if (seen.has(text)) counts.duplicates += 1;
    else {
      seen.add(text);
      examples.push(example);
      const teacher = labels === 'teacher' ? teacherOf(row) : null;
      teachers.set(JSON.stringify(teacher), teacher);
    }
  }
  if (examples.length === 0) throw nothingLeft(trainFile, labels, counts);
  const [teacher = null] = teachers.size === 1 ? teachers.values() : [];
  return { examples, teacher, ...counts };
}

/** Rows stand in a file in the order of their answers, which no two runs share. */
async function readInOrder(path: string): Promise<LabelledRow[]> {
  const rows: LabelledRow[] = [];
  for await (const { value } of readJsonl(path, labelledRowSchema)) rows.push(value);
  return rows.sort(
    (a, b) => a.ds_original_idx - b.ds_original_idx || compareUnits(a.input, b.input),
  );
}

const compareUnits = (a: string, b: string) => Number(a > b) - Number(a < b);

const textSchema = z.looseObject({ input: z.string() });

async function readTexts(paths: readonly string[]): Promise<Set<string>> {
  const texts = new Set<string>();
  for (const path of paths) {
    for await (const { value } of readJsonl(path, textSchema))
      texts.add(normaliseText(value.input));
  }
  return texts;
}

function teacherOf({ model, provider, prompt }: LabelledRow): Student['teacher'] {
  if (model === undefined || provider === undefined || prompt === undefined) return null;
  return { model, provider, prompt };
}

function refuseMissing(path: string): void {
  if (!existsSync(path)) {
    throw new UserError(`there is no file ${path}`, {
      hint: 'write one with collect, or name another with --train-file',
    });
  }
  refuseSpecialFile(path);
}

function nothingLeft(
  path: string,
  labels: LabelSource,
  { excluded, withoutLabel }: { excluded: number; withoutLabel: number },
): UserError {
  if (labels === 'human' && withoutLabel > 0) {
    return new UserError(`${path} has no human labels (true_label is null)`, {
      hint: "learn the teacher's with --labels teacher",
    });
  }
  if (excluded > 0) {
    return new UserError(`every row of ${path} stands in a file given to --exclude`, {
      hint: 'train on other rows than those to evaluate on: collect them with --split train',
    });
  }
  return new UserError(`${path} holds no rows`, { hint: 'write some with collect first' });
}
