import type { Calibration } from './fitted-model.js';
import { sigmoid, softplus } from './portable-math.js';

/** The penalty on the slope is 1 to this: it must not bend a fit of two numbers. */
const STRENGTH = 100;

const MOST_STEPS = 100;
const MOST_HALVINGS = 40;
/** A step that promises to lower the loss by no more than this part of it is the last. */
const ENOUGH = 1e-12;

/** The slope of a student that learned nothing may be negative; scores must keep its order. */
const SMALLEST_SLOPE = 1e-3;

/**
 * Fits the scaling to the log odds of rows that their student had not seen: it is too sure of its
 * own rows. It is Newton's method, with steps that are halved until they lower the loss.
 *
 * @param targets - P(positive) of each row
 * @see Lin, Lin and Weng, A note on Platt's probabilistic outputs for support vector machines (2007)
 */
export function fitCalibration(logits: ArrayLike<number>, targets: ArrayLike<number>): Calibration {
  let point: Calibration = { slope: 0, intercept: 0 };
  let loss = lossOf(point, logits, targets);
  for (let i = 0; i < MOST_STEPS; i++) {
    const { step, decrease } = newtonStep(point, logits, targets);
    if (decrease <= ENOUGH * loss) break;
    const next = halve(point, step, (tried) => {
      const lossThere = lossOf(tried, logits, targets);
      if (lossThere >= loss) return false;
      loss = lossThere;
      return true;
    });
    if (!next) break; // As low as these numbers can tell.
    point = next;
  }
  return { ...point, slope: Math.max(point.slope, SMALLEST_SLOPE) };
}

/** The cross-entropies of all rows, and the penalty. */
function lossOf(
  { slope, intercept }: Calibration,
  logits: ArrayLike<number>,
  targets: ArrayLike<number>,
): number {
  let loss = (slope * slope) / (2 * STRENGTH);
  for (let row = 0; row < logits.length; row++) {
    const z = slope * (logits[row] as number) + intercept;
    loss += softplus(z) - (targets[row] as number) * z;
  }
  return loss;
}

/** Minus the inverse Hessian times the gradient, and how far the loss falls along it at first. */
function newtonStep(
  { slope, intercept }: Calibration,
  logits: ArrayLike<number>,
  targets: ArrayLike<number>,
): { step: Calibration; decrease: number } {
  // A little more than 0, so that rows that are all alike have an inverse as well.
  let [ss, si, ii] = [1 / STRENGTH, 0, Number.EPSILON];
  let [gradientS, gradientI] = [slope / STRENGTH, 0];
  for (let row = 0; row < logits.length; row++) {
    const logit = logits[row] as number;
    const p = sigmoid(slope * logit + intercept);
    const curvature = p * (1 - p);
    ss += curvature * logit * logit;
    si += curvature * logit;
    ii += curvature;
    gradientS += (p - (targets[row] as number)) * logit;
    gradientI += p - (targets[row] as number);
  }
  const determinant = ss * ii - si * si;
  const step = {
    slope: (si * gradientI - ii * gradientS) / determinant,
    intercept: (si * gradientS - ss * gradientI) / determinant,
  };
  return { step, decrease: -(gradientS * step.slope + gradientI * step.intercept) };
}

/** The first of the whole step, its half, its quarter and so on that is accepted. */
function halve(
  from: Calibration,
  step: Calibration,
  isAccepted: (point: Calibration) => boolean,
): Calibration | undefined {
  for (let part = 1, i = 0; i < MOST_HALVINGS; i++, part /= 2) {
    const point = {
      slope: from.slope + part * step.slope,
      intercept: from.intercept + part * step.intercept,
    };
    if (isAccepted(point)) return point;
  }
  return undefined;
}
