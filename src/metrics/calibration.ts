import { onceEach, type RankedRows, type RankedStatistic, type Weights } from './ranking.js';

const BINS = 10;

/**
 * The Brier score: the mean of (score - truth)², truth being 1 for positive. Lower is better.
 *
 * @see G. W. Brier, Mon. Weather Rev. 78, 1950
 */
export const brier: RankedStatistic = ({ scores, positive }, weights) => {
  let sum = 0;
  let rows = 0;
  for (let i = 0; i < scores.length; i++) {
    const weight = weights[i] as number;
    const error = (scores[i] as number) - (positive[i] as number);
    sum += weight * error * error;
    rows += weight;
  }
  return sum / rows;
};

/**
 * The expected calibration error: the mean distance between score and share of positive rows over ten
 * bins of equal width, weighted by their rows. Lower is better. It is never negative, so in few
 * rows it is too high even where the scores are right.
 *
 * @see M. P. Naeini, G. Cooper and M. Hauskrecht, AAAI 2015
 */
export const expectedCalibrationError: RankedStatistic = (rows, weights) => {
  const bins = sumBins(rows, weights);
  const total = bins.reduce((sum, bin) => sum + bin.rows, 0);
  return bins.reduce((sum, bin) => sum + Math.abs(bin.scores - bin.positive), 0) / total;
};

export interface ReliabilityBin {
  readonly meanScore: number;
  /** The share of its rows that are positive. */
  readonly positiveRate: number;
  readonly n: number;
}

/** The bins of the reliability diagram, lowest scores first; only those with rows in them. */
export function reliabilityBins(rows: RankedRows): ReliabilityBin[] {
  return sumBins(rows, onceEach(rows))
    .filter((bin) => bin.rows > 0)
    .map((bin) => ({
      meanScore: bin.scores / bin.rows,
      positiveRate: bin.positive / bin.rows,
      n: bin.rows,
    }));
}

/** By bin [0, 0.1), [0.1, 0.2) ... [0.9, 1]: its rows, the sum of their scores, the positive ones. */
function sumBins({ scores, positive }: RankedRows, weights: Weights) {
  const bins = Array.from({ length: BINS }, () => ({ rows: 0, scores: 0, positive: 0 }));
  let i = 0;
  for (let b = BINS - 1; b >= 0; b--) {
    const bin = bins[b] as (typeof bins)[number];
    // Ranked rows come by falling score, so a bin is a stretch of them.
    while (i < scores.length && (b === 0 || (scores[i] as number) * BINS >= b)) {
      const weight = weights[i] as number;
      bin.rows += weight;
      bin.scores += weight * (scores[i] as number);
      bin.positive += weight * (positive[i] as number);
      i += 1;
    }
  }
  return bins;
}
