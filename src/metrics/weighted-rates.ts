import type { RandomGenerator } from 'pure-rand/types/RandomGenerator';
import type { Counts } from './binary.js';
import type { Estimated } from './intervals.js';
import { type AtPrevalence, estimateFrom, type Rates } from './prevalence.js';
import { drawBeta, drawGamma, seededRandom } from './sampling.js';
import { LABEL_WORTH } from './unequal-draws.js';

/** Rows of one cell that were drawn with one probability. */
export interface DrawnRows {
  readonly cell: keyof Counts;
  readonly probability: number;
  readonly rows: number;
}

/** Figures of what rows were drawn from, and the share of positive rows in it. */
export interface Weighted extends AtPrevalence {
  readonly share: Estimated;
}

/**
 * The figures of {@link AtPrevalence} for what the rows were drawn from: each row weighs
 * 1 / probability. The intervals are quantiles of draws: of the weight classes' sizes, and in each of
 * the shares of positive rows, of those that are found, and of false alarms among the others, under
 * Jeffreys' prior. A class holds rows whose weights differ by less than a factor of 2, and counts as
 * many of them as its weights are worth, (sum w)^2 / (sum w^2) after Kish. That a class of heavy rows
 * has no positive one is so no proof that there are none.
 *
 * @param prevalence - pi, the share of positive rows where the model is to work; undefined for that
 *   of what the rows were drawn from
 * @returns undefined where there is no positive row, or none that is not
 * @see D. G. Horvitz and D. J. Thompson, J. Am. Stat. Assoc. 47, 1952
 * @see L. Kish, Survey Sampling, 1965
 */
export function weightedRates(
  drawn: readonly DrawnRows[],
  prevalence: number | undefined,
  { draws, confidence, seed }: { draws: number; confidence: number; seed: number },
): Weighted | undefined {
  const classes = classesOf(drawn);
  const seen = ratesOf(classes);
  if (Number.isNaN(seen.recall) || Number.isNaN(seen.falseAlarms)) return undefined;
  const random = seededRandom(seed);
  const all = Array.from({ length: draws }, () =>
    ratesOf(classes.map((each) => redraw(each, random))),
  );
  const own = estimateFrom(seen, all, confidence);
  const { prevalence: share } = own;
  if (prevalence === undefined) return { ...own, share };
  const moved = (rates: Rates) => ({ ...rates, prevalence });
  return { ...estimateFrom(moved(seen), all.map(moved), confidence), share };
}

/** Rows of about one weight: shares of its rows by cell. */
interface WeightClass extends Counts {
  /** What all of its rows stand for. */
  readonly weight: number;
  /** Rows of equal weight that would tell as much. */
  readonly size: number;
}

function classesOf(drawn: readonly DrawnRows[]): WeightClass[] {
  const byWeight = new Map<number, DrawnRows[]>();
  for (const each of drawn) {
    const power = Math.floor(1e-9 - Math.log2(each.probability));
    byWeight.set(power, [...(byWeight.get(power) ?? []), each]);
  }
  // In one order whatever that of the rows, for the draws go by it.
  const powers = [...byWeight.keys()].sort((a, b) => a - b);
  return powers.map((power) => classOf(byWeight.get(power) ?? []));
}

function classOf(members: readonly DrawnRows[]): WeightClass {
  const sum = (of: (each: DrawnRows) => number) =>
    members.reduce((total, each) => total + each.rows * of(each), 0);
  const weight = sum(({ probability }) => 1 / probability);
  const share = (cell: keyof Counts) =>
    sum((each) => (each.cell === cell ? 1 / each.probability : 0)) / weight;
  const size = weight ** 2 / sum(({ probability }) => probability ** -2);
  return { weight, size, tp: share('tp'), fp: share('fp'), fn: share('fn'), tn: share('tn') };
}

const PRIOR = 0.5;

function redraw(
  { weight, size, tp, fp, fn, tn }: WeightClass,
  random: RandomGenerator,
): WeightClass {
  const rows = size * LABEL_WORTH.drawn;
  const beta = (hits: number, misses: number) =>
    drawBeta(random, rows * hits + PRIOR, rows * misses + PRIOR);
  const positive = beta(tp + fn, fp + tn);
  const recall = beta(tp, fn);
  const falseAlarms = beta(fp, tn);
  return {
    weight: (weight * drawGamma(random, rows)) / rows,
    size,
    tp: positive * recall,
    fn: positive * (1 - recall),
    fp: (1 - positive) * falseAlarms,
    tn: (1 - positive) * (1 - falseAlarms),
  };
}

function ratesOf(classes: readonly WeightClass[]): Rates {
  const sum = (cell: keyof Counts) =>
    classes.reduce((total, each) => total + each.weight * each[cell], 0);
  const { tp, fp, fn, tn } = { tp: sum('tp'), fp: sum('fp'), fn: sum('fn'), tn: sum('tn') };
  return {
    prevalence: (tp + fn) / (tp + fp + fn + tn),
    recall: tp / (tp + fn),
    falseAlarms: fp / (fp + tn),
  };
}
