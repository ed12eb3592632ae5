/**
 * How good and how fast a student is on ToxicChat's train split with its human labels:
 *
 *   npm run bench:student -- PATH/TO/toxic-chat_annotation_train.csv
 *
 * Everything is cross-validated over five folds; the intervals are over the rows, as
 * `train` prints them. Each seed is judged three times: with folds as `train` makes them, where texts that share
 * half of their n-grams are together; with folds that keep only equal texts together; and with another measure
 * of near-duplicates, for which each pair is compared. Then come other strengths of the penalty. Features and
 * strength were chosen on the same split, which is a little optimistic.
 */
import { existsSync } from 'node:fs';
import { openDataset } from '../src/datasets/index.js';
import type { Interval } from '../src/metrics/intervals.js';
import { crossValidatedFigures, FOLDS, outOfFoldLogits } from '../src/student/cross-validation.js';
import type { Example } from '../src/student/examples.js';
import { countAll } from '../src/student/feature-matrix.js';
import { stratifiedFolds } from '../src/student/folds.js';
import { groupNearTexts } from '../src/student/near-groups.js';
import { ngramPart, type Part } from '../src/student/parts.js';
import { scorerOf } from '../src/student/scorer.js';
import type { StudentFigures } from '../src/student/student-schema.js';
import { trainStudent } from '../src/student/train-student.js';
import { groupNearDuplicates } from './student/near-duplicates.js';

const SEEDS = [0, 1, 2, 3, 4];

/** C of the n-grams; `train` takes 1. */
const STRENGTHS = [0.25, 0.5, 1, 2, 4];

/** Texts that share so much of their 5-character shingles are kept together. */
const NEAR = 0.5;

const print = (line: string) => process.stdout.write(`${line}\n`);

/** Seconds of CPU since a `process.cpuUsage()`. */
function cpuSince(start: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1e6;
}

const [path] = process.argv.slice(2);
if (path === undefined || !existsSync(path)) {
  process.stderr.write(`${path === undefined ? 'no file is named' : `there is no file ${path}`}
  name the CSV of ToxicChat's train split (collect --dataset toxicchat puts it in data/cache/):
  npm run bench:student -- data/cache/toxic-chat_annotation_train.csv
`);
  process.exit(2);
}

const examples = await readExamples(path);
const positive = examples.map((example) => example.positive);
print(`${examples.length} rows, ${positive.filter(Boolean).length} toxic; ${FOLDS} folds`);

const breathe = async () => {};
const matrix = await countAll(examples, breathe);
const groupingStarted = process.cpuUsage();
const near = await groupNearTexts(matrix, breathe);
const grouping = cpuSince(groupingStarted);
const byShingles = groupNearDuplicates(
  examples.map(({ input }) => input),
  NEAR,
);
for (const [name, groups] of [
  [`folds of train (${near.length} groups)`, near],
  ['equal texts together', undefined],
  [
    `texts with half of their 5-character shingles together (${byShingles.length} groups)`,
    byShingles,
  ],
] as const) {
  print(`${name}:`);
  const all = await judge(ngramPart(examples, matrix), groups);
  all.forEach(({ auprc, f1, auprc_interval, f1_interval }, seed) => {
    print(
      `  seed ${seed}: AUPRC ${auprc.toFixed(3)} ${range(auprc_interval)}, F1 ${f1.toFixed(3)} ${range(f1_interval)}`,
    );
  });
  print(`  ${describeMean(all)}`);
}
print('strengths of the penalty, in folds of train:');
for (const strength of STRENGTHS) {
  const all = await judge(ngramPart(examples, matrix, strength), near);
  print(`  C ${strength}: ${describeMean(all)}`);
}

const trainingStarted = process.cpuUsage();
const student = await trainStudent(examples, { labels: 'human', teacher: null, seed: 0 });
print(
  `training with cross-validation: ${cpuSince(trainingStarted).toFixed(1)} s of CPU; grouping ${grouping.toFixed(2)}`,
);
print(`calibration: Brier ${student.report.ngrams?.brier}, ECE ${student.report.ngrams?.ece}`);

const score = scorerOf(student);
for (const { input } of examples) score(input); // Warm.
const scoringStarted = process.cpuUsage();
for (const { input } of examples) score(input);
print(`inference: ${Math.round(examples.length / cpuSince(scoringStarted))} texts/s of CPU`);

/** The figures of each seed. */
async function judge<Fitted>(part: Part<Fitted>, groups: readonly number[][] | undefined) {
  const all: StudentFigures[] = [];
  for (const seed of SEEDS) {
    const foldOf = stratifiedFolds(examples, FOLDS, seed, groups);
    const logits = await outOfFoldLogits(part, foldOf, { breathe });
    all.push(crossValidatedFigures(logits, examples, foldOf));
  }
  return all;
}

function describeMean(all: readonly StudentFigures[]): string {
  const mean = (of: (figures: StudentFigures) => number) =>
    (all.reduce((sum, figures) => sum + of(figures), 0) / all.length).toFixed(4);
  return `mean: AUPRC ${mean(({ auprc }) => auprc)}, F1 ${mean(({ f1 }) => f1)}`;
}

function range(interval: Interval | undefined): string {
  return interval ? `[${interval.low.toFixed(3)}, ${interval.high.toFixed(3)}]` : '';
}

async function readExamples(file: string): Promise<Example[]> {
  const found: Example[] = [];
  for await (const { text, label } of (await openDataset(file)).rows()) {
    if (label === null) continue;
    found.push({
      input: text,
      positive: label === 'positive',
      target: label === 'positive' ? 1 : 0,
    });
  }
  return found;
}
