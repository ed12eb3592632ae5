import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import type { RandomGenerator } from 'pure-rand/types/RandomGenerator';
import { skipN } from 'pure-rand/utils/skipN';
import { logGamma } from './distributions.js';

/** Below this mean a binomial is drawn by counting up from 0; above it by rejection. */
const FEW = 10;

/** Neighbouring seeds begin with almost the same numbers, so the first ones are thrown away. */
const WARM_UP = 64;

/** A generator of random numbers, the same for the same seed on every machine. */
export function seededRandom(seed: number): RandomGenerator {
  const random = xoroshiro128plus(seed);
  skipN(random, WARM_UP);
  return random;
}

/**
 * A whole number from 0 to n - 1, by scaling 32 random bits. No number is likelier than another by
 * more than n / 2^32, which no figure can show, and it is three times as fast as an exact draw.
 */
export const drawBelow = (random: RandomGenerator, n: number) =>
  Math.floor(((random.next() >>> 0) * n) / 2 ** 32);

/**
 * Draws distinct indices below `total`, uniformly, the same for the same seed on every machine.
 * The first n of a larger draw are the draw of n: raising `--sample` keeps the rows already paid
 * for. A Fisher-Yates shuffle that stores only the places it has touched.
 *
 * @param size - how many to draw; all of them where it exceeds `total`
 */
export function drawIndices(total: number, size: number, seed: number): number[] {
  const random = seededRandom(seed);
  const moved = new Map<number, number>();
  const at = (place: number) => moved.get(place) ?? place;
  return Array.from({ length: Math.min(size, total) }, (_, i) => {
    const j = uniformInt(random, i, total - 1);
    const drawn = at(j);
    moved.set(j, at(i));
    return drawn;
  });
}

/** The numbers from 0 to n - 1 in a random order. */
export function shuffled(n: number, random: RandomGenerator): Uint32Array {
  const order = Uint32Array.from({ length: n }, (_, place) => place);
  for (let i = n - 1; i > 0; i--) {
    const j = drawBelow(random, i + 1);
    const moved = order[i] as number;
    order[i] = order[j] as number;
    order[j] = moved;
  }
  return order;
}

/**
 * Draws from the multinomial distribution, one binomial a cell.
 *
 * @param total - how many to throw
 * @param weights - the cells' probabilities, to within a factor
 * @param into - receives the counts, which sum to `total`
 */
export function drawMultinomial(
  random: RandomGenerator,
  total: number,
  weights: ArrayLike<number>,
  into: number[],
): void {
  let left = total;
  let weightLeft = 0;
  for (let i = 0; i < weights.length; i++) weightLeft += weights[i] as number;
  for (let i = 0; i < weights.length; i++) {
    const weight = weights[i] as number;
    const count = weight >= weightLeft ? left : drawBinomial(random, left, weight / weightLeft);
    into[i] = count;
    left -= count;
    weightLeft -= weight;
  }
}

/** Draws from the binomial distribution: successes in n trials of probability p. */
export function drawBinomial(random: RandomGenerator, n: number, p: number): number {
  if (n === 0 || p <= 0) return 0;
  if (p > 0.5) return n - drawBinomial(random, n, 1 - p);
  return n * p < FEW ? drawByInversion(random, n, p) : drawByRejection(random, n, p);
}

/** Draws from the standard normal distribution: the polar method of Box, Muller and Marsaglia. */
export function drawNormal(random: RandomGenerator): number {
  for (;;) {
    const u = 2 * uniformFloat64(random) - 1;
    const v = 2 * uniformFloat64(random) - 1;
    const square = u * u + v * v;
    if (square > 0 && square < 1) return u * Math.sqrt((-2 * Math.log(square)) / square);
  }
}

/**
 * Draws from the gamma distribution of scale 1.
 *
 * @param shape - above 0
 * @see G. Marsaglia and W. W. Tsang, A Simple Method for Generating Gamma Variables, ACM TOMS 26, 2000
 */
export function drawGamma(random: RandomGenerator, shape: number): number {
  if (shape < 1) return drawGamma(random, shape + 1) * uniformFloat64(random) ** (1 / shape);
  const d = shape - 1 / 3;
  const c = 1 / Math.sqrt(9 * d);
  for (;;) {
    const x = drawNormal(random);
    const v = (1 + c * x) ** 3;
    if (v <= 0) continue;
    if (Math.log(uniformFloat64(random)) < (x * x) / 2 + d * (1 - v + Math.log(v))) return d * v;
  }
}

/** Draws from the beta distribution: the posterior of a share after a - 1/2 and b - 1/2 rows. */
export function drawBeta(random: RandomGenerator, a: number, b: number): number {
  const x = drawGamma(random, a);
  return x / (x + drawGamma(random, b));
}

function drawByInversion(random: RandomGenerator, n: number, p: number): number {
  const odds = p / (1 - p);
  let probability = Math.exp(n * Math.log1p(-p));
  let left = uniformFloat64(random) - probability;
  let k = 0;
  while (left >= 0 && k < n) {
    k += 1;
    probability *= (odds * (n - k + 1)) / k;
    left -= probability;
  }
  return k;
}

/**
 * Hörmann's transformed rejection with squeeze (BTRS): about 1.2 tries a draw for any n.
 *
 * @see W. Hörmann, The Generation of Binomial Random Variates, J. Stat. Comput. Simul. 46, 1993
 */
function drawByRejection(random: RandomGenerator, n: number, p: number): number {
  const deviation = Math.sqrt(n * p * (1 - p));
  const b = 1.15 + 2.53 * deviation;
  const a = -0.0873 + 0.0248 * b + 0.01 * p;
  const centre = n * p + 0.5;
  const squeeze = 0.92 - 4.2 / b;
  const alpha = (2.83 + 5.1 / b) * deviation;
  const logOdds = Math.log(p / (1 - p));
  const mode = Math.floor((n + 1) * p);
  for (;;) {
    const u = uniformFloat64(random) - 0.5;
    const v = uniformFloat64(random);
    const edge = 0.5 - Math.abs(u);
    const k = Math.floor(((2 * a) / edge + b) * u + centre);
    if (edge >= 0.07 && v <= squeeze) return k;
    if (k < 0 || k > n) continue;
    const accepted = Math.log((v * alpha) / (a / (edge * edge) + b));
    const logMode = logGamma(mode + 1) + logGamma(n - mode + 1);
    const density = logMode - logGamma(k + 1) - logGamma(n - k + 1) + (k - mode) * logOdds;
    if (accepted <= density) return k;
  }
}
