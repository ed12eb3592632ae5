/**
 * Whether a student with embeddings would rank better if its two parts were weighed by a logistic regression on
 * their log odds (stacked) than with their mean, which it takes:
 *
 *   VLLM_BASE_URL=http://localhost:8000/v1 npm run bench:stacking -- FILE.csv vllm:MODEL [ROWS]
 *
 * FILE is ToxicChat's train split; of it as many rows are drawn for each seed. The weights for a fold are
 * fitted to log odds that a cross-validation within the other folds gives. Folds are those of `train`, and the
 * intervals are of the paired difference over the groups that share one.
 */
import { openDataset } from '../src/datasets/index.js';
import { auprcDifference } from '../src/metrics/auprc-difference.js';
import { averagePrecision, onceEach, rankRows } from '../src/metrics/ranking.js';
import { drawIndices } from '../src/metrics/sampling.js';
import { openEmbedder } from '../src/models/embedder.js';
import { FOLDS, outOfFoldLogits } from '../src/student/cross-validation.js';
import { embeddingPart } from '../src/student/embedding-head.js';
import { openCachedEmbedder } from '../src/student/embedding-store.js';
import type { Example } from '../src/student/examples.js';
import { countAll } from '../src/student/feature-matrix.js';
import { averageLogit } from '../src/student/fitted-model.js';
import { stratifiedFolds } from '../src/student/folds.js';
import { fitLogistic } from '../src/student/logistic.js';
import { groupNearTexts } from '../src/student/near-groups.js';
import { ngramPart, pick } from '../src/student/parts.js';

const SEEDS = [0, 1, 2, 3, 4];
const INTERVAL = { resamples: 1_000, confidence: 0.95, seed: 1 };
/** Two weights are to be bent by the penalty as little as may be. */
const STRENGTH = 100;

/** Rows with the vectors of their texts, in the same order. */
interface Rows {
  readonly examples: readonly Example[];
  readonly vectors: readonly Float32Array[];
}

const print = (line: string) => process.stdout.write(`${line}\n`);
const breathe = async () => {};

const [path, model, count] = process.argv.slice(2);
if (path === undefined || model === undefined) {
  process.stderr.write('usage: npm run bench:stacking -- FILE.csv PROVIDER:MODEL [ROWS]\n');
  process.exit(2);
}
const all = await readRows(path, model);
const means = new Map<string, number>();
for (const seed of SEEDS) {
  const places = drawIndices(all.examples.length, Number(count ?? all.examples.length), seed);
  const rows = { examples: pick(all.examples, places), vectors: pick(all.vectors, places) };
  const { groups, foldOf, ngrams, embeddings } = await validate(rows, seed);
  const average = ngrams.map((logit, row) => averageLogit(logit, embeddings[row] ?? 0));
  const stacked = new Array<number>(average.length).fill(0);
  for (let fold = 0; fold < FOLDS; fold++) {
    const stack = await fitStack(rows, foldOf, fold);
    foldOf.forEach((of, row) => {
      if (of === fold) stacked[row] = stack(ngrams[row] ?? 0, embeddings[row] ?? 0);
    });
  }
  const ranked = (logits: readonly number[]) =>
    rankRows(
      logits,
      rows.examples.map(({ positive }) => positive),
    );
  const figures = Object.entries({ ngrams, embeddings, average, stacked }).map(([name, logits]) => {
    const auprc = averagePrecision(ranked(logits), onceEach(ranked(logits)));
    means.set(name, (means.get(name) ?? 0) + auprc / SEEDS.length);
    return `${name} ${auprc.toFixed(3)}`;
  });
  const clusterOf = new Uint32Array(average.length);
  groups.forEach((group, number) => {
    for (const row of group) clusterOf[row] = number;
  });
  const { value, interval } = auprcDifference(
    ranked(stacked),
    ranked(average),
    INTERVAL,
    clusterOf,
  );
  const range = interval ? ` [${interval.low.toFixed(4)}, ${interval.high.toFixed(4)}]` : '';
  print(`seed ${seed}: ${figures.join(', ')}; stacked - average ${value.toFixed(4)}${range}`);
}
print(`mean: ${[...means].map(([name, auprc]) => `${name} ${auprc.toFixed(4)}`).join(', ')}`);

/** The out-of-fold log odds of both parts. */
async function validate({ examples, vectors }: Rows, seed: number) {
  const matrix = await countAll(examples, breathe);
  const groups = await groupNearTexts(matrix, breathe);
  const foldOf = stratifiedFolds(examples, FOLDS, seed, groups);
  const ngrams = await outOfFoldLogits(ngramPart(examples, matrix), foldOf, { breathe });
  const embeddings = await outOfFoldLogits(embeddingPart(examples, vectors), foldOf, { breathe });
  return { groups, foldOf, ngrams, embeddings };
}

/** A logistic regression on both log odds, which no row of the fold has a part in. */
async function fitStack({ examples, vectors }: Rows, foldOf: readonly number[], fold: number) {
  const outside = [...foldOf.keys()].filter((row) => foldOf[row] !== fold);
  const rows = { examples: pick(examples, outside), vectors: pick(vectors, outside) };
  const { ngrams, embeddings } = await validate(rows, fold);
  const { weights, bias } = fitLogistic({
    rows: ngrams.map((logit, row) => ({
      indices: Uint32Array.of(0, 1),
      values: Float32Array.of(logit, embeddings[row] ?? 0),
    })),
    targets: rows.examples.map(({ target }) => target),
    dimensions: 2,
    strength: STRENGTH,
  });
  return (a: number, b: number) => (weights[0] ?? 0) * a + (weights[1] ?? 0) * b + bias;
}

async function readRows(file: string, embedder: string): Promise<Rows> {
  const examples: Example[] = [];
  for await (const { text, label } of (await openDataset(file)).rows()) {
    const positive = label === 'positive';
    if (label !== null) examples.push({ input: text, positive, target: positive ? 1 : 0 });
  }
  const cached = await openCachedEmbedder(await openEmbedder(embedder));
  const vectors = await cached.embed(examples.map(({ input }) => input));
  cached.close();
  return { examples, vectors };
}
