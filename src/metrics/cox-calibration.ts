import { clustersByRank } from './bootstrap-scores.js';
import { normalQuantile } from './distributions.js';
import type { Estimated } from './intervals.js';
import type { RankedRows } from './ranking.js';

/** How the odds that the scores state stand to those that are true. */
export interface CoxCalibration {
  /** 1 where the scores are right; below 1 they are too sure, above 1 not sure enough. */
  readonly slope: Estimated;
  /** 0 where the scores are right; below 0 they are too high, above 0 too low, at a score of 0.5. */
  readonly intercept: Estimated;
}

/** Scores of 0 and 1 have no log odds: they count as one in a million away from it. */
const EDGE = 1e-6;

/**
 * Cox's calibration: the logistic regression of the truth on the log odds of the score,
 * logit P(toxic) = intercept + slope logit(score), with Wald's intervals. Where rows come in
 * clusters, the variance is the sandwich of the clusters' gradients.
 *
 * @param rows - ranked by scores that are probabilities
 * @param clusterOf - the cluster of each row, as they were given. Default: each row stands alone
 * @returns undefined where the scores separate the classes, so that no slope is the best, and where
 *   one of the two is missing
 * @see D. R. Cox, Two further applications of a model for binary regression, Biometrika 45, 1958
 */
export function coxCalibration(
  rows: RankedRows,
  confidence: number,
  clusterOf?: ArrayLike<number>,
): CoxCalibration | undefined {
  const observed = observe(rows);
  if (isSeparated(observed)) return undefined;
  const line = fitLine(observed);
  const { clusters, ofRow } = clustersByRank(rows, clusterOf);
  const variance =
    clusters === observed.length
      ? invert(informationAt(line, observed))
      : sandwich(
          line,
          observed,
          rows.row.map((row) => ofRow[row] as number),
          clusters,
        );
  if (variance === undefined) return undefined;
  const z = normalQuantile((1 + confidence) / 2);
  const estimate = (value: number, ownVariance: number): Estimated => {
    const half = z * Math.sqrt(ownVariance);
    return { value, interval: { low: value - half, high: value + half } };
  };
  return {
    slope: estimate(line.slope, variance.slope),
    intercept: estimate(line.intercept, variance.intercept),
  };
}

interface Observed {
  /** Log odds of the score. */
  readonly x: number;
  /** 1 for toxic. */
  readonly y: number;
}

const observe = ({ scores, toxic }: RankedRows): Observed[] =>
  Array.from(scores, (score, i) => {
    const p = Math.min(1 - EDGE, Math.max(EDGE, score));
    return { x: Math.log(p / (1 - p)), y: toxic[i] as number };
  });

/** Whether some threshold leaves one class on either side, ties upon it aside. */
function isSeparated(observed: readonly Observed[]): boolean {
  const ends = [0, 1].map((label) => {
    let [least, most] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
    for (const { x, y } of observed) {
      if (y !== label) continue;
      least = Math.min(least, x);
      most = Math.max(most, x);
    }
    return { least, most };
  });
  const [others, toxic] = ends as [(typeof ends)[number], (typeof ends)[number]];
  return others.most <= toxic.least || toxic.most <= others.least;
}

interface Line {
  readonly intercept: number;
  readonly slope: number;
}

const chance = ({ intercept, slope }: Line, x: number) =>
  1 / (1 + Math.exp(-(intercept + slope * x)));

const MOST_STEPS = 100;
const MOST_HALVINGS = 50;
/** Steps below it change nothing that is printed. */
const STEP = 1e-12;

/** Newton's method, each step halved until the loss falls. */
function fitLine(observed: readonly Observed[]): Line {
  let line: Line = { intercept: 0, slope: 0 };
  for (let i = 0; i < MOST_STEPS; i++) {
    const inverse = invert(informationAt(line, observed));
    if (inverse === undefined) return line;
    const { intercept: g0, slope: g1 } = gradientAt(line, observed);
    const step = {
      intercept: inverse.intercept * g0 + inverse.covariance * g1,
      slope: inverse.covariance * g0 + inverse.slope * g1,
    };
    line = goDown(line, step, observed);
    if (Math.max(Math.abs(step.intercept), Math.abs(step.slope)) < STEP) return line;
  }
  return line;
}

function goDown(line: Line, step: Line, observed: readonly Observed[]): Line {
  const before = lossAt(line, observed);
  let size = 1;
  for (let i = 0; i < MOST_HALVINGS; i++, size /= 2) {
    const next = {
      intercept: line.intercept + size * step.intercept,
      slope: line.slope + size * step.slope,
    };
    if (lossAt(next, observed) <= before) return next;
  }
  return line;
}

/** Minus the log likelihood: log(1 + e^z) - y z, without overflow. */
const lossAt = ({ intercept, slope }: Line, observed: readonly Observed[]) =>
  observed.reduce((sum, { x, y }) => {
    const z = intercept + slope * x;
    return sum + Math.max(z, 0) + Math.log1p(Math.exp(-Math.abs(z))) - y * z;
  }, 0);

const gradientAt = (line: Line, observed: readonly Observed[]): Line =>
  observed.reduce(
    (sum, { x, y }) => {
      const residual = y - chance(line, x);
      return { intercept: sum.intercept + residual, slope: sum.slope + residual * x };
    },
    { intercept: 0, slope: 0 },
  );

/** A symmetric matrix of two by two, by what stands in it for which coefficient. */
interface Matrix extends Line {
  readonly covariance: number;
}

const informationAt = (line: Line, observed: readonly Observed[]): Matrix =>
  observed.reduce(
    (sum, { x }) => {
      const p = chance(line, x);
      const weight = p * (1 - p);
      return {
        intercept: sum.intercept + weight,
        covariance: sum.covariance + weight * x,
        slope: sum.slope + weight * x * x,
      };
    },
    { intercept: 0, covariance: 0, slope: 0 },
  );

function invert({ intercept, covariance, slope }: Matrix): Matrix | undefined {
  const determinant = intercept * slope - covariance * covariance;
  if (!(determinant > 0)) return undefined;
  return {
    intercept: slope / determinant,
    covariance: -covariance / determinant,
    slope: intercept / determinant,
  };
}

/** The inverse information on both sides of the clusters' squared gradients. */
function sandwich(
  line: Line,
  observed: readonly Observed[],
  clusterOf: Uint32Array,
  clusters: number,
): Matrix | undefined {
  const bread = invert(informationAt(line, observed));
  if (bread === undefined || clusters < 2) return undefined;
  const gradients = Array.from({ length: clusters }, () => ({ intercept: 0, slope: 0 }));
  observed.forEach(({ x, y }, i) => {
    const own = gradients[clusterOf[i] as number] as { intercept: number; slope: number };
    const residual = y - chance(line, x);
    own.intercept += residual;
    own.slope += residual * x;
  });
  const n = observed.length;
  const correction = (clusters / (clusters - 1)) * ((n - 1) / (n - 2));
  const varianceOf = (a: number, b: number) =>
    correction * gradients.reduce((sum, own) => sum + (a * own.intercept + b * own.slope) ** 2, 0);
  return {
    intercept: varianceOf(bread.intercept, bread.covariance),
    covariance: Number.NaN,
    slope: varianceOf(bread.covariance, bread.slope),
  };
}
