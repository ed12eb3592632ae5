import type { Calibration } from './fitted-model.js';
import { fitLogistic } from './logistic.js';

/** The penalty must not bend a fit of two numbers. */
const STRENGTH = 100;

/**
 * Log odds that lie close together give the slope a far smaller gradient than the intercept, so
 * that a looser fit ends before the slope has begun to move.
 */
const FIT = { tolerance: 1e-8, maxIterations: 500 };

/**
 * Fits the scaling to the log odds of rows that their student had not seen: it is too sure of its
 * own rows.
 *
 * @see Platt, Probabilistic outputs for support vector machines (1999)
 */
export function fitCalibration(logits: readonly number[], targets: readonly number[]): Calibration {
  const observations = {
    rows: logits.map((z) => ({ indices: Uint32Array.of(0), values: Float32Array.of(z) })),
    targets,
    dimensions: 1,
    strength: STRENGTH,
  };
  const { weights, bias } = fitLogistic(observations, FIT);
  // The slope of a student that learned nothing may be negative; scores must keep its order.
  return { slope: Math.max(weights[0] ?? 0, SMALLEST_SLOPE), intercept: bias };
}

const SMALLEST_SLOPE = 1e-3;
