import type { RandomGenerator } from 'pure-rand/types/RandomGenerator';
import type { AlikeClusters } from '../../src/metrics/clusters.js';
import { drawBinomial } from '../../src/metrics/sampling.js';
import type { Rates } from './populations.js';

/** How often a positive text stands in the file, on average. */
export const REPEATS = 3;

/**
 * A file of about n rows in which each positive text stands as often as it takes a coin of 1/3 to show
 * heads; the model gives a text one answer, and other texts stand there once. Cells: tp, fp, fn, tn.
 */
export function drawRepeated(
  random: RandomGenerator,
  n: number,
  prevalence: number,
  { recall, falseAlarms }: Rates,
): AlikeClusters[] {
  const shares = { positive: prevalence / REPEATS, other: 1 - prevalence };
  const texts = Math.round(n * (shares.positive + shares.other));
  const positive = drawBinomial(random, texts, shares.positive / (shares.positive + shares.other));
  const found = drawBinomial(random, positive, recall);
  const alarms = drawBinomial(random, texts - positive, falseAlarms);
  return [
    ...repeated(random, found, (rows) => [rows, 0, 0, 0]),
    { cells: [0, 1, 0, 0], clusters: alarms },
    ...repeated(random, positive - found, (rows) => [0, 0, rows, 0]),
    { cells: [0, 0, 0, 1], clusters: texts - positive - alarms },
  ].filter(({ clusters }) => clusters > 0);
}

function repeated(
  random: RandomGenerator,
  texts: number,
  cellsOf: (rows: number) => number[],
): AlikeClusters[] {
  const alike: AlikeClusters[] = [];
  let left = texts;
  for (let rows = 1; left > 0; rows++) {
    const clusters = drawBinomial(random, left, 1 / REPEATS);
    if (clusters > 0) alike.push({ cells: cellsOf(rows), clusters });
    left -= clusters;
  }
  return alike;
}
