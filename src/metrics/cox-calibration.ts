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
 * logit P(positive) = intercept + slope logit(score), with Wald's intervals. Where rows come in
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
    clusters === observed.x.length
      ? invert(derivativesAt(line, observed).information)
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

/** Log odds of the score, and 1 for positive. */
interface Observed {
  readonly x: Float64Array;
  readonly y: Uint8Array;
}

const observe = ({ scores, positive }: RankedRows): Observed => ({
  x: scores.map((score) => {
    const p = Math.min(1 - EDGE, Math.max(EDGE, score));
    return Math.log(p / (1 - p));
  }),
  y: positive,
});

/** Whether some threshold leaves one class on either side, ties upon it aside. */
function isSeparated({ x, y }: Observed): boolean {
  const least = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
  const most = [Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY];
  x.forEach((value, i) => {
    const label = y[i] as number;
    least[label] = Math.min(least[label] as number, value);
    most[label] = Math.max(most[label] as number, value);
  });
  const [othersLeast = 0, positiveLeast = 0] = least;
  const [othersMost = 0, positiveMost = 0] = most;
  return othersMost <= positiveLeast || positiveMost <= othersLeast;
}

interface Line {
  readonly intercept: number;
  readonly slope: number;
}

const chance = ({ intercept, slope }: Line, x: number) =>
  1 / (1 + Math.exp(-(intercept + slope * x)));

const MOST_STEPS = 100;
const MOST_HALVINGS = 30;
/** Squared length of a step in standard errors; the one after it is shorter by its square. */
const LAST_STEP = 1e-12;

/** Newton's method, each step halved until the loss falls. */
function fitLine(observed: Observed): Line {
  let line: Line = { intercept: 0, slope: 0 };
  for (let i = 0; i < MOST_STEPS; i++) {
    const { gradient, information } = derivativesAt(line, observed);
    const inverse = invert(information);
    if (inverse === undefined) return line;
    const step = {
      intercept: inverse.intercept * gradient.intercept + inverse.covariance * gradient.slope,
      slope: inverse.covariance * gradient.intercept + inverse.slope * gradient.slope,
    };
    const length = step.intercept * gradient.intercept + step.slope * gradient.slope;
    if (length < LAST_STEP) return along(line, step, 1);
    line = goDown(line, step, observed);
  }
  return line;
}

const along = (line: Line, step: Line, size: number): Line => ({
  intercept: line.intercept + size * step.intercept,
  slope: line.slope + size * step.slope,
});

function goDown(line: Line, step: Line, observed: Observed): Line {
  const before = lossAt(line, observed);
  let size = 1;
  for (let i = 0; i < MOST_HALVINGS; i++, size /= 2) {
    const next = along(line, step, size);
    if (lossAt(next, observed) <= before) return next;
  }
  return line;
}

/** Minus the log likelihood: log(1 + e^z) - y z, without overflow. */
function lossAt({ intercept, slope }: Line, { x, y }: Observed): number {
  let loss = 0;
  for (let i = 0; i < x.length; i++) {
    const z = intercept + slope * (x[i] as number);
    loss += Math.max(z, 0) + Math.log1p(Math.exp(-Math.abs(z))) - (y[i] as number) * z;
  }
  return loss;
}

/** A symmetric matrix of two by two, by what stands in it for which coefficient. */
interface Matrix extends Line {
  readonly covariance: number;
}

/** Of the log likelihood: its gradient, and Fisher's information. */
function derivativesAt(line: Line, { x, y }: Observed) {
  const gradient = { intercept: 0, slope: 0 };
  const information = { intercept: 0, covariance: 0, slope: 0 };
  for (let i = 0; i < x.length; i++) {
    const value = x[i] as number;
    const p = chance(line, value);
    const residual = (y[i] as number) - p;
    gradient.intercept += residual;
    gradient.slope += residual * value;
    const weight = p * (1 - p);
    information.intercept += weight;
    information.covariance += weight * value;
    information.slope += weight * value * value;
  }
  return { gradient, information };
}

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
  { x, y }: Observed,
  clusterOf: Uint32Array,
  clusters: number,
): Omit<Matrix, 'covariance'> | undefined {
  const bread = invert(derivativesAt(line, { x, y }).information);
  if (bread === undefined || clusters < 2) return undefined;
  const intercepts = new Float64Array(clusters);
  const slopes = new Float64Array(clusters);
  x.forEach((value, i) => {
    const cluster = clusterOf[i] as number;
    const residual = (y[i] as number) - chance(line, value);
    intercepts[cluster] = (intercepts[cluster] as number) + residual;
    slopes[cluster] = (slopes[cluster] as number) + residual * value;
  });
  const n = x.length;
  const correction = (clusters / (clusters - 1)) * ((n - 1) / (n - 2));
  const varianceOf = (a: number, b: number) =>
    correction *
    intercepts.reduce(
      (sum, own, cluster) => sum + (a * own + b * (slopes[cluster] as number)) ** 2,
      0,
    );
  return {
    intercept: varianceOf(bread.intercept, bread.covariance),
    slope: varianceOf(bread.covariance, bread.slope),
  };
}
