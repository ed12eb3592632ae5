import type { RandomGenerator } from 'pure-rand/types/RandomGenerator';
import type { Band } from '../../src/cascade/band.js';
import type { CascadeRow, CascadeRules } from '../../src/cascade/cascade-rows.js';
import { normalCdf, normalQuantile } from '../../src/metrics/distributions.js';
import { drawNormal } from '../../src/metrics/sampling.js';
import type { Rates } from './populations.js';
import { drawUniform } from './scores.js';

/** How a student's log odds follow from the true ones. */
export interface ScoreModel {
  readonly slope: number;
  readonly intercept: number;
}

export const SCORE_MODELS: Readonly<Record<string, ScoreModel>> = {
  calibrated: { slope: 1, intercept: 0 },
  overconfident: { slope: 2.5, intercept: 0 },
  shifted: { slope: 1, intercept: 1.5 },
};

export interface CascadeTeacher extends Rates {
  /** Of its errors with how hard a row is for the student. */
  readonly correlation: number;
  /** Shares of positive and of other rows that it leaves without a label. */
  readonly unanswered: { readonly positive: number; readonly negative: number };
}

export interface Population {
  /** Share of positive rows. */
  readonly prevalence: number;
  /** How far what the student sees of positive rows lies above the others', in deviations. */
  readonly separation: number;
  readonly scores: ScoreModel;
  readonly teacher: CascadeTeacher;
}

/** The student's score where it sees so much. */
export function scoreAt(z: number, { prevalence, separation, scores }: Population): number {
  const logOdds = separation * (z - separation / 2) + logOddsOf(prevalence);
  return 1 / (1 + Math.exp(-(scores.slope * logOdds + scores.intercept)));
}

/** What the student sees where it gives such a score. */
function seenAt(score: number, { prevalence, separation, scores }: Population): number {
  if (score <= 0) return Number.NEGATIVE_INFINITY;
  if (score >= 1) return Number.POSITIVE_INFINITY;
  const logOdds = (logOddsOf(score) - scores.intercept) / scores.slope;
  return (logOdds - logOddsOf(prevalence)) / separation + separation / 2;
}

const logOddsOf = (p: number) => Math.log(p / (1 - p));

/** Draws rows of a population. */
export function rowsOf(random: RandomGenerator, population: Population, n: number): CascadeRow[] {
  const { prevalence, separation, teacher } = population;
  const { recall, falseAlarms, correlation, unanswered } = teacher;
  const [found, alarmed] = [normalQuantile(recall), normalQuantile(falseAlarms)];
  const others = Math.sqrt(1 - correlation ** 2);
  return Array.from({ length: n }, () => {
    const isPositive = drawUniform(random) < prevalence;
    const own = drawNormal(random);
    const seen = (isPositive ? found : alarmed) + correlation * own + others * drawNormal(random);
    const silent = isPositive ? unanswered.positive : unanswered.negative;
    const said = seen > 0 ? 'positive' : 'negative';
    return {
      score: scoreAt(own + (isPositive ? separation : 0), population),
      teacher: silent > 0 && drawUniform(random) < silent ? null : said,
      truth: isPositive ? 'positive' : 'negative',
      usd: null,
    };
  });
}

/** How often a teacher calls a row positive that looks so to the student, in deviations. */
function calledPositive(
  own: number,
  isPositive: boolean,
  { recall, falseAlarms, correlation }: CascadeTeacher,
): number {
  const usual = normalQuantile(isPositive ? recall : falseAlarms);
  return normalCdf((usual + correlation * own) / Math.sqrt(1 - correlation ** 2));
}

/** What is true of a cascade. */
export interface TrueRates {
  readonly recall: number;
  readonly precision: number;
}

/** Of what the student sees, in deviations from the mean of the class. */
const REACH = 8;
const STEP = 1 / 256;

/**
 * What is true of each band in a population: by integrals over what the student sees, summed up once
 * by the rule of Simpson.
 */
export function trueRatesIn(
  population: Population,
  { threshold, onTeacherFailure }: CascadeRules,
): (band: Band) => TrueRates {
  const { prevalence, separation, teacher } = population;
  const classes = [true, false].map((isPositive) => ({
    share: isPositive ? prevalence : 1 - prevalence,
    mean: isPositive ? separation : 0,
    unanswered: isPositive ? teacher.unanswered.positive : teacher.unanswered.negative,
    calledUpTo: summedUp((own) => normalDensity(own) * calledPositive(own, isPositive, teacher)),
  }));
  const cut = seenAt(threshold, population);
  return ({ low, high }) => {
    const [from, to] = [seenAt(low, population), seenAt(high, population)];
    const [hits = 0, alarms = 0] = classes.map(({ share, mean, unanswered, calledUpTo }) => {
      const between = (a: number, b: number) =>
        Math.max(0, normalCdf(b - mean) - normalCdf(a - mean));
      const byStudent = between(to, Number.POSITIVE_INFINITY);
      const byTeacher = (1 - unanswered) * (calledUpTo(to - mean) - calledUpTo(from - mean));
      const instead =
        onTeacherFailure === 'student' ? unanswered * between(Math.max(from, cut), to) : 0;
      return share * (byStudent + byTeacher + instead);
    });
    return { recall: hits / prevalence, precision: hits / (hits + alarms) };
  };
}

const normalDensity = (x: number) => Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI);

/** The integral of a function up to a place. */
function summedUp(f: (x: number) => number): (to: number) => number {
  const sums = [0];
  for (let x = -REACH; x < REACH; x += STEP) {
    const area = (STEP / 6) * (f(x) + 4 * f(x + STEP / 2) + f(x + STEP));
    sums.push((sums.at(-1) ?? 0) + area);
  }
  return (to) => {
    const place = (Math.min(Math.max(to, -REACH), REACH) + REACH) / STEP;
    const whole = Math.floor(place);
    const [before = 0, after = before] = [sums[whole], sums[whole + 1]];
    return before + (place - whole) * (after - before);
  };
}
