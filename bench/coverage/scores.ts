import type { RandomGenerator } from 'pure-rand/types/RandomGenerator';
import { normalCdf, normalQuantile } from '../../src/metrics/distributions.js';
import {
  averagePrecision,
  onceEach,
  type RankedRows,
  rankRows,
} from '../../src/metrics/ranking.js';
import { drawBelow } from '../../src/metrics/sampling.js';

/** How far the scores of positive texts lie above the others', in deviations of either. */
export const SEPARATIONS = [1, 2];

/** Normal scores of either class. */
export function drawScores(
  random: RandomGenerator,
  n: number,
  prevalence: number,
  separation: number,
): RankedRows {
  const positive = Array.from({ length: n }, () => drawUniform(random) < prevalence);
  const scores = positive.map(
    (isPositive) => normalQuantile(drawUniform(random)) + (isPositive ? separation : 0),
  );
  return rankRows(scores, positive);
}

export const drawUniform = (random: RandomGenerator) =>
  (drawBelow(random, 2 ** 31) + 0.5) / 2 ** 31;

/** How often the score of a positive text is above that of another. */
export const trueAuroc = (separation: number): number => normalCdf(separation / Math.SQRT2);

/** The average precision of rows that stand at evenly spaced quantiles of either class. */
export function trueAuprc(prevalence: number, separation: number): number {
  const rows = 200_000;
  const quantiles = (count: number, shift: number) =>
    Array.from({ length: count }, (_, i) => normalQuantile((i + 0.5) / count) + shift);
  const positive = Math.round(rows * prevalence);
  const ranked = rankRows(
    [...quantiles(positive, separation), ...quantiles(rows - positive, 0)],
    Array.from({ length: rows }, (_, i) => i < positive),
  );
  return averagePrecision(ranked, onceEach(ranked));
}
