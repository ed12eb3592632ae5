/**
 * How good and how fast a student is on ToxicChat's train split with its human labels:
 *
 *   npm run bench:student -- PATH/TO/toxic-chat_annotation_train.csv
 *
 * Everything is cross-validated over five folds; the intervals are over the rows, as
 * `train` prints them. Each seed is judged twice: with folds as `train` makes them, where rows of one text share
 * a fold, and with folds that keep near-duplicates together as well. Features and the
 * strength of the penalty were chosen on the same split, which is a little optimistic.
 */
import { existsSync } from 'node:fs';
import { openDataset } from '../src/datasets/index.js';
import type { Interval } from '../src/metrics/intervals.js';
import { crossValidatedFigures, FOLDS, outOfFoldLogits } from '../src/student/cross-validation.js';
import type { Example } from '../src/student/examples.js';
import { stratifiedFolds } from '../src/student/folds.js';
import { ngramPart } from '../src/student/parts.js';
import { scorerOf } from '../src/student/scorer.js';
import { trainStudent } from '../src/student/train-student.js';
import { groupNearDuplicates } from './student/near-duplicates.js';

const SEEDS = [0, 1, 2, 3, 4];

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
const part = await ngramPart(examples, breathe);
const near = groupNearDuplicates(
  examples.map(({ input }) => input),
  NEAR,
);
for (const [name, groups] of [
  ['texts apart', undefined],
  [`near-duplicates together (${near.length} groups)`, near],
] as const) {
  print(`${name}:`);
  const means = { auprc: 0, f1: 0 };
  for (const seed of SEEDS) {
    const foldOf = stratifiedFolds(examples, FOLDS, seed, groups);
    const logits = await outOfFoldLogits(part, foldOf, { breathe });
    const figures = crossValidatedFigures(logits, examples, foldOf);
    const { auprc, f1, auprc_interval, f1_interval } = figures;
    means.auprc += auprc / SEEDS.length;
    means.f1 += f1 / SEEDS.length;
    print(
      `  seed ${seed}: AUPRC ${auprc.toFixed(3)} ${range(auprc_interval)}, F1 ${f1.toFixed(3)} ${range(f1_interval)}`,
    );
  }
  print(`  mean: AUPRC ${means.auprc.toFixed(4)}, F1 ${means.f1.toFixed(4)}`);
}

const trainingStarted = process.cpuUsage();
const student = await trainStudent(examples, { labels: 'human', teacher: null, seed: 0 });
print(`training with cross-validation: ${cpuSince(trainingStarted).toFixed(1)} s of CPU`);
print(`calibration: Brier ${student.report.ngrams?.brier}, ECE ${student.report.ngrams?.ece}`);

const score = scorerOf(student);
for (const { input } of examples) score(input); // Warm.
const scoringStarted = process.cpuUsage();
for (const { input } of examples) score(input);
print(`inference: ${Math.round(examples.length / cpuSince(scoringStarted))} texts/s of CPU`);

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
