import { type Packed, pack, unpack } from '../student/packed-numbers.js';

const NEAREST = 1e-6;

/** Scores in their order, as log odds on a grid: enough to compare two distributions. */
export function packScores(scores: readonly number[]): Packed {
  const sorted = Float32Array.from(scores, (score) => {
    const p = Math.min(Math.max(score, NEAREST), 1 - NEAREST);
    return Math.log(p / (1 - p));
  }).sort();
  return pack(sorted);
}

/** @returns none where they are not as many as they must be */
export function unpackScores(packed: Packed, rows: number): Float64Array {
  const logOdds = unpack(packed, rows) ?? [];
  return Float64Array.from(logOdds, (z) => 1 / (1 + Math.exp(-z)));
}
