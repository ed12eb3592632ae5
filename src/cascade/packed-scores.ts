import { type Packed, pack, unpack } from '../student/packed-numbers.js';

const NEAREST = 1e-6;

/** Of log odds. More than twice that of packed numbers, so that they are read as they were written. */
const STEP = 1 / 512;

/**
 * The place of a score on a grid of log odds. Scores have to be compared there: of texts that have
 * one score many share it, and a last bit between them and their like would be taken for a shift.
 */
export function placeOf(score: number): number {
  const p = Math.min(Math.max(score, NEAREST), 1 - NEAREST);
  return Math.round(Math.log(p / (1 - p)) / STEP);
}

/** Scores in their order, as log odds on a grid: enough to compare two distributions. */
export function packScores(scores: readonly number[]): Packed {
  return pack(Float32Array.from(scores, (score) => placeOf(score) * STEP).sort());
}

/** @returns none where they are not as many as they must be */
export function unpackScores(packed: Packed, rows: number): Float64Array {
  const logOdds = unpack(packed, rows) ?? [];
  return Float64Array.from(logOdds, (z) => 1 / (1 + Math.exp(-z)));
}
