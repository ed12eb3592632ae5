import { describe, expect, it } from 'vitest';
import { auprcDifference } from '../../src/metrics/auprc-difference.js';
import { binRows, MANY_ROWS } from '../../src/metrics/binned-scores.js';
import {
  bootstrapScores,
  clustersByRank,
  resampleClusters,
  weigher,
} from '../../src/metrics/bootstrap-scores.js';
import {
  auroc,
  averagePrecision,
  onceEach,
  type RankedRows,
  rankRows,
} from '../../src/metrics/ranking.js';
import { drawNormal, seededRandom } from '../../src/metrics/sampling.js';

const options = { resamples: 400, confidence: 0.95, seed: 1 };

/** Widths of two bootstraps of 400 differ by some hundredths. */
const TOLERANCE = 0.2;

/** Rows of which every second text stands there twice, and the scores of two models. */
function drawn() {
  const random = seededRandom(8);
  const positive: boolean[] = [];
  const [a, b, clusters]: [number[], number[], number[]] = [[], [], []];
  for (let text = 0; positive.length <= MANY_ROWS; text++) {
    const isPositive = random.next() >>> 0 < 0.08 * 2 ** 32;
    const common = drawNormal(random) + (isPositive ? 2 : 0);
    const other = common + drawNormal(random);
    for (let time = 0; time <= text % 2; time++) {
      positive.push(isPositive);
      a.push(common);
      b.push(other);
      clusters.push(text);
    }
  }
  return { a: rankRows(a, positive), b: rankRows(b, positive), clusters };
}

const width = (interval: { low: number; high: number } | null | undefined) =>
  interval ? interval.high - interval.low : Number.NaN;

/** That of the middle 95% of the resamples. */
function widthOf(resampled: Float64Array | undefined): number {
  const sorted = resampled?.toSorted() ?? Float64Array.of();
  const at = (share: number) => sorted[Math.round(share * (sorted.length - 1))] ?? Number.NaN;
  return at(0.975) - at(0.025);
}

describe('a bootstrap of bins', () => {
  const { a, b, clusters } = drawn();
  const { ofRow, clusters: count } = clustersByRank(a, clusters);

  /** Row by row. */
  const widths = (figures: readonly ((weigh: (rows: RankedRows) => number) => number)[]) => {
    const [weighA, weighB] = [weigher(a, ofRow), weigher(b, ofRow)];
    return resampleClusters(
      count,
      (counts) =>
        figures.map((figure) =>
          figure((rows) => averagePrecision(rows, (rows === a ? weighA : weighB)(counts))),
        ),
      options,
    ).map(({ resampled }) => widthOf(resampled));
  };

  it('has the values of the rows, and intervals as wide as theirs', () => {
    const [ofAuprc, ofAuroc] = bootstrapScores(a, [averagePrecision, auroc], options, clusters);
    expect(ofAuprc?.value).toBe(averagePrecision(a, onceEach(a)));
    expect(ofAuroc?.value).toBe(auroc(a, onceEach(a)));
    const [expected = 0] = widths([(weigh) => weigh(a)]);
    expect(Math.abs(width(ofAuprc?.interval) / expected - 1)).toBeLessThan(TOLERANCE);
    const { value, interval } = auprcDifference(a, b, options, clusters);
    expect(value).toBe(averagePrecision(a, onceEach(a)) - averagePrecision(b, onceEach(b)));
    const [apart = 0] = widths([(weigh) => weigh(a) - weigh(b)]);
    expect(Math.abs(width(interval) / apart - 1)).toBeLessThan(TOLERANCE);
    expect(interval?.low).toBeLessThan(value);
    expect(interval?.high).toBeGreaterThan(value);
  });

  it('takes rows of one text for a cluster', () => {
    const [alone] = bootstrapScores(a, [averagePrecision], options);
    const [together] = bootstrapScores(a, [averagePrecision], options, clusters);
    // Half of the texts stand there twice: 5/3 of a row each.
    const ratio = width(together?.interval) / width(alone?.interval);
    expect(Math.abs(ratio / Math.sqrt(5 / 3) - 1)).toBeLessThan(TOLERANCE);
  });
});

describe('binRows', () => {
  it('never divides a score, and counts each row once', () => {
    const scores = [0.9, 0.9, 0.8, 0.7, 0.7, 0.7, 0.1, 0];
    const positive = [true, false, true, false, true, false, false, false];
    const { cells, counts, cellOf } = binRows(rankRows(scores, positive), 4);
    expect([...cellOf]).toEqual([1, 0, 3, 4, 5, 4, 6, 6]);
    expect([...counts]).toEqual([1, 1, 0, 1, 2, 1, 2, 0]);
    expect([...cells.scores].map((score) => score.toFixed(2))).toEqual([
      '0.90',
      '0.90',
      '0.00',
      '0.80',
      '0.70',
      '0.70',
      '0.05',
      '0.00',
    ]);
  });
});
