/** A student: what training and scoring take beside the hashing of the same n-grams alone. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { makeLabels } from './made-files.js';
import { measureNode, projectFile } from './process.js';
import type { SpeedRow, Workplace } from './row.js';

/** How often the hashing goes over the texts: once is too short to be measured. */
const TIMES = 20;

const hash = (folder: string, path: string, times: number) =>
  measureNode([projectFile('bench/speed/hash-ngrams.mjs'), path, `${times}`], folder);

/** @param isWhole - whether all rows are taken for a tenth too: of few the start takes most */
function training(rows: number, { isWhole }: { isWhole: boolean }) {
  return async ({ folder, scale }: Workplace) => {
    const labels = makeLabels(folder, isWhole ? rows : rows * scale, {
      name: 'labels.jsonl',
      model: 'teacher',
      scores: false,
    });
    const train = [projectFile('dist/bin/train.js'), '--train-file', labels];
    const student = ['--test-fraction', '0', '--student', join(folder, 'student.json')];
    return {
      anchor: () => hash(folder, labels, TIMES),
      ours: () => measureNode([...train, ...student], folder),
    };
  };
}

/** Scores, and nothing else: of texts in memory. */
async function scoring({ folder, scale }: Workplace) {
  const labels = makeLabels(folder, 20_000 * scale, {
    name: 'labels.jsonl',
    model: 'teacher',
    scores: false,
  });
  const student = join(folder, 'student.json');
  const train = [projectFile('dist/bin/train.js'), '--train-file', labels, '--student', student];
  const { status, stderr } = spawnSync(process.execPath, train, { encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
  const score = projectFile('bench/speed/score-texts.mjs');
  return {
    anchor: () => hash(folder, labels, TIMES),
    ours: () => measureNode([score, student, labels, `${TIMES}`], folder),
  };
}

export const STUDENT_ROWS: readonly SpeedRow[] = [
  {
    name: 'train-5000',
    what: 'train, 5,000 rows, with its cross-validation',
    anchor: `the n-grams of the same rows hashed ${TIMES} times`,
    figure: 'cpu',
    goal: 5,
    limit: 15,
    open: training(5_000, { isWhole: true }),
  },
  {
    name: 'train-200000',
    what: 'train, 200,000 rows, with its cross-validation',
    anchor: `the n-grams of the same rows hashed ${TIMES} times`,
    figure: 'cpu',
    goal: 5,
    limit: 15,
    goalMb: 500,
    turns: 1,
    open: training(200_000, { isWhole: false }),
  },
  {
    name: 'student',
    what: `a student's scores of 20,000 texts, ${TIMES} times`,
    anchor: 'the n-grams of the same texts hashed as often',
    figure: 'cpu',
    goal: 1,
    limit: 4,
    open: scoring,
  },
];
