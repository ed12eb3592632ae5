import { resolve } from 'node:path';
import { isFew } from '../analysis/notes.js';
import type { Report } from '../analysis/report/report.js';
import { UserError } from '../errors.js';
import { formatCount, plural } from '../format.js';
import { type Learned, type Model, namesOf } from '../models/classifier.js';
import { countOf, rowsWhere } from '../rows/column.js';
import { NO_LABEL, POSITIVE } from '../rows/labels.js';
import { type Task, TOXICITY } from '../task/task.js';
import type { LabelSource } from '../terms.js';
import { normaliseText } from '../text.js';
import type { EvalFile } from './eval-file.js';
import { readInputs } from './judged-rows.js';

type Seen = NonNullable<Report['data']['seen']>;
type JudgedRows = Pick<EvalFile, 'path' | 'task' | 'rows'>;

/** The texts that a contender learned from, and who or what says so. */
export interface LearnedBy extends Learned {
  readonly name: string;
}

/**
 * What is on record of what the contenders learned from: in the files of students, and in one that
 * the user names.
 *
 * @throws UserError when that file has a bad line
 */
export async function openLearned(
  models: readonly Model[],
  { trainFile, task = TOXICITY }: { trainFile?: string | undefined; task?: Task | undefined },
): Promise<LearnedBy[]> {
  const names = namesOf(models);
  const students = models.flatMap(({ id, learned }, i) =>
    learned ? [{ name: names[i] ?? id, ...learned }] : [],
  );
  if (trainFile === undefined) return students;
  const texts = new Set<string>();
  for await (const text of readInputs(trainFile, task)) texts.add(normaliseText(text));
  const has = (text: string) => texts.has(normaliseText(text));
  return [...students, { name: trainFile, has, testFile: null }];
}

/**
 * Leaves out the rows that a contender has learned from: for all contenders, since pairs of them
 * are compared on the same rows.
 *
 * @returns the other rows, and how many were left out; null where nothing is known to be learned
 * @throws UserError when most rows are gone, and too few are left
 */
export function withoutSeen<File extends JudgedRows>(
  evalFile: File,
  learned: readonly LearnedBy[],
  truth: LabelSource = 'human',
): { readonly evalFile: File; readonly seen: Report['data']['seen'] } {
  if (learned.length === 0) return { evalFile, seen: null };
  const isSeen = new Uint8Array(evalFile.rows.length);
  const counts = learned.map(() => 0);
  let row = 0;
  for (const { input } of evalFile.rows) {
    learned.forEach(({ has }, i) => {
      if (!has(input)) return;
      isSeen[row] = 1;
      counts[i] = (counts[i] as number) + 1;
    });
    row += 1;
  }
  const places = rowsWhere(isSeen.length, (place) => isSeen[place] === 0);
  const left =
    places.length === isSeen.length ? evalFile : { ...evalFile, rows: evalFile.rows.pick(places) };
  const seen = {
    rows: evalFile.rows.length - left.rows.length,
    by: learned
      .map(({ name }, i) => ({ name, rows: counts[i] as number }))
      .filter(({ rows }) => rows > 0),
  };
  if (seen.rows > 0) refuseTooFew(evalFile, left, { learned, seen, truth });
  return { evalFile: left, seen };
}

/** @throws UserError when most rows are gone, and those that are left are too few to judge by */
function refuseTooFew(
  before: JudgedRows,
  left: JudgedRows,
  { learned, seen, truth }: { learned: readonly LearnedBy[]; seen: Seen; truth: LabelSource },
): void {
  const all = countTruth(before, truth);
  const rest = countTruth(left, truth);
  // A small file that has lost a row or two is as good as it was.
  const isEnough = !isFew(rest.rows, rest.positive) || rest.rows * 2 >= all.rows;
  if (left.rows.length > 0 && isEnough) return;
  const names = seen.by.map(({ name }) => name).join(', ');
  const testFile = learned.flatMap((each) => each.testFile ?? []).find(isOther(before.path));
  throw new UserError(
    `a contender learned from rows of ${before.path}, or was chosen on them (${names}): without them ${formatCount(rest.rows)} of ${plural(all.rows, 'row')} are left, ${formatCount(rest.positive)} ${before.task.labels.positive}, too few to judge by`,
    {
      hint:
        testFile === undefined
          ? 'judge by other rows: label some, or train again with a part set aside, `testFraction` 0.2'
          : `judge by the rows that were set aside in training: \`evalFile\` ${testFile}`,
    },
  );
}

const isOther = (path: string) => (file: string) => resolve(file) !== resolve(path);

function countTruth({ rows }: JudgedRows, truth: LabelSource): { rows: number; positive: number } {
  const labels = truth === 'human' ? rows.human : rows.teacher;
  return {
    rows: labels.length - countOf(labels, NO_LABEL),
    positive: countOf(labels, POSITIVE),
  };
}
