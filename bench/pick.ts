/**
 * How many labels picking saves, and whether its figures are honest, on ToxicChat's train split with
 * its human labels for the teacher's:
 *
 *   npm run bench:pick -- PATH/TO/toxic-chat_annotation_train.csv [--seeds 5] [--runs 200]
 *
 * One half of the rows is the pool, the other tells how good a student is. It ends with 1 where
 * picking by score needs more than 45% of the labels that random rows need for the AUPRC of 2,000,
 * or where the interval of the uniform rows does not hold the truth in 93 to 97% of the runs.
 */
import { existsSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { openDataset } from '../src/datasets/index.js';
import { averagePrecision, onceEach, rankRows } from '../src/metrics/ranking.js';
import { drawIndices } from '../src/metrics/sampling.js';
import { chooseRows } from '../src/picking/choose.js';
import type { Sample } from '../src/sample.js';
import type { Example } from '../src/student/examples.js';
import { scorerOf } from '../src/student/scorer.js';
import type { Student } from '../src/student/student-schema.js';
import { trainStudent } from '../src/student/train-student.js';
import { PICK_BY, type PickBy } from '../src/terms.js';

const START = 200;
const PICKED = 200;
const UNIFORM = 20;
const RANDOM_ROWS = 2000;
const MOST_ROUNDS = 7;
const MOST_SHARE = 0.45;

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { seeds: { type: 'string', default: '5' }, runs: { type: 'string', default: '200' } },
});
const print = (line: string) => process.stdout.write(`${line}\n`);

const [path] = positionals;
if (path === undefined || !existsSync(path)) {
  process.stderr.write(`${path === undefined ? 'no file is named' : `there is no file ${path}`}
  name the CSV of ToxicChat's train split (collect --dataset toxicchat puts it in data/cache/)
`);
  process.exit(2);
}

const samples: Sample[] = [];
for await (const sample of (await openDataset(path)).rows()) {
  if (sample.label !== null) samples.push(sample);
}
const isSaving = await benchSaving(Number(values.seeds));
const isHonest = await benchHonesty(Number(values.runs));
process.exitCode = isSaving && isHonest ? 0 : 1;

/** Labels that each way needs to reach what random rows reach. */
async function benchSaving(seeds: number): Promise<boolean> {
  const curves = new Map<string, number[][]>(PICK_BY.map((by) => [by, []]));
  let goal = 0;
  for (let seed = 0; seed < seeds; seed++) {
    const { pool, test } = halves(seed);
    const drawn = drawIndices(pool.length, pool.length, seed + 100);
    goal += auprcOf(await teach(pool, drawn.slice(0, RANDOM_ROWS)), test) / seeds;
    for (const by of PICK_BY) {
      const figures: number[] = [];
      for await (const student of rounds(pool, drawn, by, MOST_ROUNDS)) {
        figures.push(auprcOf(student, test));
      }
      curves.get(by)?.push(figures);
      print(`seed ${seed}, ${by}: ${figures.map((figure) => figure.toFixed(3)).join(' ')}`);
    }
  }
  print(`${RANDOM_ROWS} random rows: AUPRC ${goal.toFixed(3)}, mean of ${seeds} seeds`);
  const needed = new Map(
    [...curves].map(([by, runs]) => [by, labelsToReach(goal, meanOf(runs))] as const),
  );
  for (const [by, labels] of needed) {
    const share = labels === undefined ? '' : ` (${((100 * labels) / RANDOM_ROWS).toFixed(0)}%)`;
    print(
      `by ${by}: ${labels === undefined ? 'not reached' : `${Math.round(labels)} labels`}${share}`,
    );
  }
  const byScore = needed.get('score');
  return byScore !== undefined && byScore <= MOST_SHARE * RANDOM_ROWS;
}

/** How often the interval of the uniform rows holds the AUPRC on the other half. */
async function benchHonesty(runs: number): Promise<boolean> {
  let [known, held] = [0, 0];
  for (let run = 0; run < runs; run++) {
    const { pool, test } = halves(1000 + run);
    const drawn = drawIndices(pool.length, pool.length, run);
    let last: Student | undefined;
    for await (const student of rounds(pool, drawn, 'score', 2)) last = student;
    const interval = last?.report.ngrams?.auprc_interval;
    if (!last || !interval) continue;
    const truth = auprcOf(last, test);
    known += 1;
    if (interval.low <= truth && truth <= interval.high) held += 1;
  }
  const share = known === 0 ? 0 : held / known;
  print(`the interval of the uniform rows holds the AUPRC in ${held} of ${known} runs`);
  return share >= 0.93 - margin(known) && share <= 0.97 + margin(known);
}

/** Of a share near .95, two standard errors. */
function margin(runs: number): number {
  return 2 * Math.sqrt((0.05 * 0.95) / Math.max(runs, 1));
}

/** The student before each round, and after the last. */
async function* rounds(
  pool: readonly Sample[],
  drawn: readonly number[],
  by: PickBy,
  most: number,
): AsyncGenerator<Student> {
  const labelled = new Map(drawn.slice(0, START).map((place) => [place, true]));
  for (let round = 0; ; round++) {
    const student = await teach(pool, [...labelled.keys()], labelled);
    yield student;
    if (round === most) return;
    const score = scorerOf(student);
    const picker = { scoreOf: (text: string) => score(text).score, threshold: student.threshold };
    const end = START + UNIFORM * (round + 1);
    const uniform = new Set(drawn.slice(0, end));
    const { indices } = await chooseRows(stream(pool), picker, {
      by,
      size: PICKED,
      labelled: [...labelled.keys()].map((place) => pool[place]?.text ?? ''),
      isTaken: (place) => labelled.has(place) || uniform.has(place),
    });
    for (const place of indices) labelled.set(place, false);
    for (const place of uniform) labelled.set(place, true);
  }
}

async function* stream(pool: readonly Sample[]): AsyncGenerator<Sample> {
  for (const [index, sample] of pool.entries()) yield { ...sample, index };
}

function teach(
  pool: readonly Sample[],
  places: readonly number[],
  isUniform: ReadonlyMap<number, boolean> = new Map(),
): Promise<Student> {
  const examples = [...places]
    .sort((a, b) => a - b)
    .flatMap((place): Example[] => {
      const { text, label } = pool[place] ?? {};
      if (text === undefined) return [];
      const positive = label === 'positive';
      const target = positive ? 1 : 0;
      const isDrawn = isUniform.get(place) ?? true;
      return [{ input: text, positive, target, ...(isDrawn ? {} : { isUniform: false }) }];
    });
  return trainStudent(examples, { labels: 'teacher', teacher: null, seed: 0, oneFold: 'equal' });
}

function auprcOf(student: Student, test: readonly Sample[]): number {
  const score = scorerOf(student);
  const ranked = rankRows(
    test.map(({ text }) => score(text).score),
    test.map(({ label }) => label === 'positive'),
  );
  return averagePrecision(ranked, onceEach(ranked));
}

/** Two halves, no text in both. */
function halves(seed: number): { pool: Sample[]; test: Sample[] } {
  const texts = [...new Set(samples.map(({ text }) => text))];
  const inPool = new Set(
    drawIndices(texts.length, Math.floor(texts.length / 2), seed).map((place) => texts[place]),
  );
  return {
    pool: samples.filter(({ text }) => inPool.has(text)),
    test: samples.filter(({ text }) => !inPool.has(text)),
  };
}

function meanOf(runs: readonly number[][]): number[] {
  return (runs[0] ?? []).map(
    (_, i) => runs.reduce((sum, run) => sum + (run[i] ?? 0), 0) / runs.length,
  );
}

/** By a straight line between the rounds; undefined where it is not reached. */
function labelsToReach(goal: number, curve: readonly number[]): number | undefined {
  const at = curve.findIndex((figure) => figure >= goal);
  if (at <= 0) return at === 0 ? START : undefined;
  const [before = 0, after = 0] = [curve[at - 1], curve[at]];
  const labelsAt = (round: number) => START + round * (PICKED + UNIFORM);
  return labelsAt(at - 1) + ((goal - before) / (after - before)) * (PICKED + UNIFORM);
}
