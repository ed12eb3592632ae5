import type { RandomGenerator } from 'pure-rand/types/RandomGenerator';
import type { BootstrapOptions, Estimate } from './bootstrap.js';
import { acceleration, bca, type LeaveOneOut } from './intervals.js';
import { onceEach, type RankedRows, type RankedStatistic, type Weights } from './ranking.js';
import { drawBelow, seededRandom } from './sampling.js';

/** Up to so many rows the jackknife leaves out one row at a time, above it one of 400 groups. */
const ROWS_LEFT_OUT_SINGLY = 2_000;
const GROUPS = 400;

/**
 * BCa bootstrap of figures of ranked rows. The rows are sorted once by the caller; a resample is
 * how often each row was drawn.
 *
 * Above 2,000 rows the acceleration is that of a jackknife over 400 random groups of rows in place
 * of single ones: its expectation is the same, and its noise (about 0.65 / 400) moves the ends of
 * a 95% interval by less than a hundredth of a standard error.
 *
 * @param statistics - all see the same resamples
 */
export function bootstrapScores(
  rows: RankedRows,
  statistics: readonly RankedStatistic[],
  { resamples, confidence, seed }: BootstrapOptions,
): Estimate[] {
  const random = seededRandom(seed);
  const resampled = statistics.map(() => new Float64Array(resamples));
  const weights = onceEach(rows);
  for (let resample = 0; resample < resamples; resample++) {
    drawRows(random, weights);
    statistics.forEach((statistic, i) => {
      (resampled[i] as Float64Array)[resample] = statistic(rows, weights);
    });
  }
  const leftOut = jackknife(rows, statistics, random);
  const whole = onceEach(rows);
  return statistics.map((statistic, i) => {
    const value = statistic(rows, whole);
    const a = acceleration(leftOut[i] as LeaveOneOut[]);
    return { value, interval: bca(value, resampled[i] as Float64Array, a, confidence) };
  });
}

/** Draws as many rows as there are, with replacement, and counts how often each was drawn. */
function drawRows(random: RandomGenerator, weights: Weights): void {
  weights.fill(0);
  for (let i = 0; i < weights.length; i++) {
    const row = drawBelow(random, weights.length);
    weights[row] = (weights[row] as number) + 1;
  }
}

/** The figures without each row, or above 2,000 rows without each of 400 groups. */
export function jackknife(
  rows: RankedRows,
  statistics: readonly RankedStatistic[],
  random: RandomGenerator,
): LeaveOneOut[][] {
  const leftOut = statistics.map((): LeaveOneOut[] => []);
  for (const group of groupsOf(rows.scores.length, random)) {
    const weights = onceEach(rows);
    for (const row of group) weights[row] = 0;
    statistics.forEach((statistic, i) => {
      leftOut[i]?.push({ rows: 1, value: statistic(rows, weights) });
    });
  }
  return leftOut;
}

function groupsOf(n: number, random: RandomGenerator): number[][] {
  if (n <= ROWS_LEFT_OUT_SINGLY) return Array.from({ length: n }, (_, row) => [row]);
  const groups = Array.from({ length: GROUPS }, (): number[] => []);
  shuffled(n, random).forEach((row, i) => {
    groups[i % GROUPS]?.push(row);
  });
  return groups;
}

function shuffled(n: number, random: RandomGenerator): Uint32Array {
  const rows = Uint32Array.from({ length: n }, (_, row) => row);
  for (let i = n - 1; i > 0; i--) {
    const j = drawBelow(random, i + 1);
    const moved = rows[i] as number;
    rows[i] = rows[j] as number;
    rows[j] = moved;
  }
  return rows;
}
