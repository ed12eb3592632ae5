/**
 * How good and how fast a student is on ToxicChat's train split with its human labels:
 *
 *   npm run bench:student -- PATH/TO/positive-chat_annotation_train.csv
 *
 * Everything is cross-validated over five folds; the intervals are of a percentile bootstrap over
 * the rows. The target is an AUPRC of .70, an F1 of about .66 and 10,000 texts a second.
 */
import { existsSync } from 'node:fs';
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { openDataset } from '../src/datasets/index.js';
import { f1 } from '../src/metrics/binary.js';
import { averagePrecision, onceEach, rankRows } from '../src/metrics/ranking.js';
import {
  countCalls,
  FOLDS,
  judgeOutOfFold,
  outOfFoldLogits,
} from '../src/student/cross-validation.js';
import type { Example } from '../src/student/examples.js';
import { stratifiedFolds } from '../src/student/folds.js';
import { ngramPart, pick } from '../src/student/parts.js';
import { scorerOf } from '../src/student/scorer.js';
import { trainStudent } from '../src/student/train-student.js';

const SEEDS = [0, 1, 2];
const RESAMPLES = 1000;

const print = (line: string) => process.stdout.write(`${line}\n`);
const seconds = (since: number) => (performance.now() - since) / 1000;

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

for (const seed of SEEDS) {
  const foldOf = stratifiedFolds(examples, FOLDS, seed);
  const logits = await outOfFoldLogits(ngramPart(examples), foldOf);
  const { called } = judgeOutOfFold(logits, examples, foldOf);
  const toxicF1 = interval((rows) => f1(countCalls(pick(called, rows), pick(positive, rows))));
  const auprc = interval((rows) => {
    const ranked = rankRows(pick(logits, rows), pick(positive, rows));
    return averagePrecision(ranked, onceEach(ranked));
  });
  print(`seed ${seed}: AUPRC ${auprc}, F1 ${toxicF1}`);
}

const trainingStarted = performance.now();
const student = await trainStudent(examples, { labels: 'human', teacher: null, seed: 0 });
print(`training with cross-validation: ${seconds(trainingStarted).toFixed(1)} s`);
print(`calibration: Brier ${student.report.ngrams.brier}, ECE ${student.report.ngrams.ece}`);

const score = scorerOf(student);
for (const { input } of examples) score(input); // Warm.
const scoringStarted = performance.now();
for (const { input } of examples) score(input);
print(`inference: ${Math.round(examples.length / seconds(scoringStarted))} texts/s`);

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

/** `.745 [.700, .788]`: a figure of all rows, and 95% of those of the resamples. */
function interval(figure: (rows: readonly number[]) => number): string {
  const resampled = Array.from({ length: RESAMPLES }, (_, i) => figure(resample(i))).sort(
    (a, b) => a - b,
  );
  const at = (part: number) => resampled[Math.floor(part * RESAMPLES)] ?? Number.NaN;
  const [value, low, high] = [figure([...examples.keys()]), at(0.025), at(0.975)].map((number) =>
    number.toFixed(3),
  );
  return `${value} [${low}, ${high}]`;
}

/** As many rows as there are, drawn with replacement. */
function resample(seed: number): number[] {
  const random = xoroshiro128plus(seed);
  return Array.from(examples, () => uniformInt(random, 0, examples.length - 1));
}
