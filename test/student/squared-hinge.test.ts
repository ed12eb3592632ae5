import { describe, expect, it } from 'vitest';
import { countAll } from '../../src/student/feature-matrix.js';
import { SUBLINEAR } from '../../src/student/features.js';
import { fitSquaredHinge } from '../../src/student/squared-hinge.js';
import { weighBuckets } from '../../src/student/weighting.js';
import { makeExamples, seededDraw } from '../helpers/examples.js';

const breathe = async () => {};
const STRENGTH = 0.5;

/** Examples, half of them with soft labels, and one without text. */
async function problem() {
  const draw = seededDraw(5);
  const examples = [...makeExamples(120), { input: '', positive: true, target: 1 }];
  const targets = examples.map(({ target }, i) => (i % 2 === 0 ? target : draw(1001) / 1000));
  const matrix = await countAll(examples, breathe);
  const rows = Uint32Array.from(examples.keys());
  const scale = weighBuckets(matrix, rows, targets);
  return { matrix, scale, rows, targets, strength: STRENGTH };
}

/** The loss that is to be the least, and its slope along each weight and, last, the bias. */
function primal(
  { matrix, scale, targets }: Awaited<ReturnType<typeof problem>>,
  weights: Float32Array,
  bias: number,
) {
  const slopes = Float64Array.from([...weights, bias]);
  let loss = slopes.reduce((sum, weight) => sum + (weight * weight) / 2, 0);
  targets.forEach((target, row) => {
    const start = matrix.starts[row] ?? 0;
    const buckets = [...matrix.buckets.subarray(start, matrix.starts[row + 1])];
    const raw = buckets.map((bucket, i) => {
      const count = matrix.counts[start + i] ?? 0;
      return [bucket, (SUBLINEAR[count] ?? 0) * (scale[bucket] ?? 0)] as const;
    });
    const length = Math.hypot(...raw.map(([, value]) => value)) || 1;
    const features = raw.map(([bucket, value]) => [bucket, value / length] as const);
    features.push([weights.length, 1]);
    const z = features.reduce(
      (sum, [j, value]) => sum + value * (j === weights.length ? bias : (weights[j] ?? 0)),
      0,
    );
    for (const [sign, part] of [
      [1, target],
      [-1, 1 - target],
    ] as const) {
      const short = Math.max(0, 1 - sign * z);
      loss += STRENGTH * part * short * short;
      for (const [j, value] of features) {
        slopes[j] = (slopes[j] ?? 0) - 2 * STRENGTH * part * short * sign * value;
      }
    }
  });
  return { loss, slope: Math.hypot(...slopes) };
}

describe('fitSquaredHinge', () => {
  it('ends near the least loss, soft labels and the bias included', async () => {
    const observed = await problem();
    const { weights, bias } = await fitSquaredHinge(observed, breathe);
    const start = primal(observed, new Float32Array(weights.length), 0);
    const end = primal(observed, weights, bias);
    expect(end.loss).toBeLessThan(0.7 * start.loss);
    expect(end.slope).toBeLessThan(0.05 * start.slope);
  });

  it('gives the same bits again, and of rows left out knows nothing', async () => {
    const { targets, ...observed } = await problem();
    const rows = observed.rows.slice(0, 60);
    const first = await fitSquaredHinge({ ...observed, rows, targets }, breathe);
    const others = targets.map((target, row) => (row < 60 ? target : 1 - target));
    expect(await fitSquaredHinge({ ...observed, rows, targets: others }, breathe)).toEqual(first);
  });
});

describe('weighBuckets', () => {
  it('is the inverse document frequency times 1 and half of the log-count ratio', async () => {
    const texts = ['aa', 'aa bb bb', 'cc', 'cc bb'];
    const matrix = await countAll(
      texts.map((input) => ({ input })),
      breathe,
    );
    const targets = [1, 0.5, 0, 0];
    const scale = weighBuckets(matrix, Uint32Array.of(0, 1, 2, 3), targets);
    const sizes = texts.map((_, row) => (matrix.starts[row + 1] ?? 0) - (matrix.starts[row] ?? 0));
    const [a = 0, b = 0, c = 0, d = 0] = sizes;
    const p = (count: number) => (count + 1) / (a + b / 2 + 65_536);
    const q = (count: number) => (count + 1) / (b / 2 + c + d + 65_536);
    const bucket = matrix.buckets[0] ?? 0; // " a", of the first two texts.
    const idf = Math.log(5 / 3) + 1;
    const ratio = Math.log(p(1.5) / q(0.5));
    expect(scale[bucket]).toBeCloseTo(idf * (1 + Math.abs(ratio) / 2), 6);
  });
});

describe('countAll', () => {
  it('has room for many texts, and for a long one at the end', async () => {
    const long = Array.from({ length: 4000 }, (_, i) => `w${i}`).join(' ');
    const examples = [...makeExamples(900), { input: long }];
    const matrix = await countAll(examples, breathe);
    const alone = await countAll([{ input: long }], breathe);
    const [start = 0, end = 0] = [matrix.starts[900], matrix.starts[901]];
    expect(matrix.buckets.slice(start, end)).toEqual(alone.buckets.slice(0, end - start));
    expect(matrix.counts.slice(start, end)).toEqual(alone.counts.slice(0, end - start));
  });

  it('stops where its breath throws', async () => {
    const abort = async () => {
      throw new Error('stopped');
    };
    await expect(countAll(makeExamples(3), abort)).rejects.toThrow('stopped');
  });
});
