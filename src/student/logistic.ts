import type { LinearModel, SparseRow } from './fitted-model.js';
import { type LbfgsOptions, minimize, type Objective } from './lbfgs.js';
import { sigmoid, softplus } from './portable-math.js';

/** What a logistic regression is fitted to. */
export interface Observations {
  readonly rows: readonly SparseRow[];
  /** P(positive) of each row: 0 or 1, or between where the label is soft. */
  readonly targets: readonly number[];
  /** How many features there are; indices lie below it. */
  readonly dimensions: number;
  /** The weight of the data against the penalty on large weights: scikit-learn's C. */
  readonly strength: number;
}

/**
 * Fits an L2-regularised logistic regression; the bias is free of the penalty. Classes are not
 * weighted: on ToxicChat that did not help, and it would spoil the probabilities.
 */
export function fitLogistic(observations: Observations, options: LbfgsOptions = {}): LinearModel {
  const { used, compact } = withoutUnused(observations);
  const start = new Float64Array(used.length + 1);
  const point = minimize(logisticLoss(compact), start, options);
  const weights = new Float32Array(observations.dimensions);
  used.forEach((feature, j) => {
    weights[feature] = point[j] ?? 0;
  });
  return { bias: point[used.length] ?? 0, weights };
}

/**
 * The same observations over the features that some row has, in their order. The others' weights
 * are 0 and add 0 to every sum: leaving them out changes no bit.
 */
function withoutUnused({ rows, dimensions, ...rest }: Observations) {
  const isUsed = new Uint8Array(dimensions);
  for (const { indices } of rows) for (const index of indices) isUsed[index] = 1;
  const used: number[] = [];
  const place = new Uint32Array(dimensions);
  for (let feature = 0; feature < dimensions; feature++) {
    if (isUsed[feature] === 1) place[feature] = used.push(feature) - 1;
  }
  const compact: Observations = {
    ...rest,
    rows: rows.map(({ indices, values }) => ({
      indices: indices.map((index) => place[index] ?? 0),
      values,
    })),
    dimensions: used.length,
  };
  return { used, compact };
}

/**
 * strength * sum of cross-entropies + |weights|^2 / 2, at a point that holds the weights and
 * last the bias. The cross-entropy of a row with log odds z and target t is softplus(z) - t z.
 */
export function logisticLoss({ rows, targets, dimensions, strength }: Observations): Objective {
  return (point, gradient) => {
    let loss = 0;
    for (let j = 0; j < dimensions; j++) {
      const weight = point[j] ?? 0;
      gradient[j] = weight;
      loss += (weight * weight) / 2;
    }
    gradient[dimensions] = 0;
    rows.forEach(({ indices, values }, row) => {
      const target = targets[row] ?? 0;
      let z = point[dimensions] ?? 0;
      for (let i = 0; i < indices.length; i++)
        z += (point[indices[i] ?? 0] ?? 0) * (values[i] ?? 0);
      loss += strength * (softplus(z) - target * z);
      const slope = strength * (sigmoid(z) - target);
      for (let i = 0; i < indices.length; i++) {
        const j = indices[i] ?? 0;
        gradient[j] = (gradient[j] ?? 0) + slope * (values[i] ?? 0);
      }
      gradient[dimensions] = (gradient[dimensions] ?? 0) + slope;
    });
    return loss;
  };
}
