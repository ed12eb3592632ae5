import { sigmoid } from './portable-math.js';

/** The values of one row that are not zero: their indices, and the value at each. */
export interface SparseRow {
  readonly indices: Uint32Array;
  readonly values: Float32Array;
}

/** A linear model: log odds = bias + weights . row. */
export interface LinearModel {
  readonly bias: number;
  readonly weights: Float32Array;
}

/** The log odds that a model gives a row. */
export function logit({ bias, weights }: LinearModel, { indices, values }: SparseRow): number {
  let sum = bias;
  for (let i = 0; i < indices.length; i++) {
    sum += (weights[indices[i] ?? 0] ?? 0) * (values[i] ?? 0);
  }
  return sum;
}

/** Shifts and scales embeddings: each dimension to mean 0 and variance 1 / dimensions. */
export interface Standardization {
  readonly mean: Float32Array;
  /** What a dimension is multiplied by; 0 for a constant one. */
  readonly factor: Float32Array;
}

/** A logistic regression on standardised embeddings. */
export interface FittedHead extends Standardization {
  readonly model: LinearModel;
}

/** The log odds that a head gives an embedding. */
export const headLogit = (head: FittedHead, vector: Float32Array): number =>
  logit(head.model, standardize(vector, head));

export function standardize(vector: Float32Array, { mean, factor }: Standardization): SparseRow {
  return {
    indices: Uint32Array.from(vector.keys()),
    values: vector.map((value, j) => (value - (mean[j] ?? 0)) * (factor[j] ?? 0)),
  };
}

/** The log odds of a student with two parts: the mean of theirs. */
export const averageLogit = (a: number, b: number): number => (a + b) / 2;

/** Platt scaling: P(positive) = sigmoid(slope * log odds + intercept). */
export interface Calibration {
  readonly slope: number;
  readonly intercept: number;
}

export const calibrate = ({ slope, intercept }: Calibration, z: number): number =>
  sigmoid(slope * z + intercept);
