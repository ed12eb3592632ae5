/**
 * How often the 95% intervals contain the true figure, by simulation, and how long they take.
 * Anchor: 95%. A line below it says by how much an interval of that size is too narrow.
 */
import {
  accuracy,
  type Counts,
  type CountsStatistic,
  f1,
  mcc,
  precision,
  recall,
} from '../src/metrics/binary.js';
import { bcaOfCounts } from '../src/metrics/bootstrap.js';
import { bootstrapScores } from '../src/metrics/bootstrap-scores.js';
import { brier, expectedCalibrationError } from '../src/metrics/calibration.js';
import { type Interval, wilson } from '../src/metrics/intervals.js';
import { auroc, averagePrecision, rankRows } from '../src/metrics/ranking.js';
import { drawBelow, drawMultinomial, seededRandom } from '../src/metrics/sampling.js';

const CONFIDENCE = 0.95;
const SIMULATIONS = 2_000;
const RESAMPLES = 1_000;

/** 7% toxic rows, of which 70% are found; 2% of the others are called toxic. */
const POPULATION = [0.07 * 0.7, 0.93 * 0.02, 0.07 * 0.3, 0.93 * 0.98];

const tableOf = ([tp = 0, fp = 0, fn = 0, tn = 0]: readonly number[]): Counts => ({
  tp,
  fp,
  fn,
  tn,
});

const onCells = (figure: CountsStatistic) => (cells: readonly number[]) => figure(tableOf(cells));

const PROPORTIONS = {
  recall: { figure: recall, parts: ({ tp, fn }: Counts) => [tp, tp + fn] },
  precision: { figure: precision, parts: ({ tp, fp }: Counts) => [tp, tp + fp] },
  accuracy: {
    figure: accuracy,
    parts: ({ tp, fp, fn, tn }: Counts) => [tp + tn, tp + fp + fn + tn],
  },
};
const RESAMPLED = { f1, mcc };

function simulate(n: number): Record<string, number> {
  const random = seededRandom(n);
  const hits = new Map<string, { contained: number; made: number }>();
  const judge = (name: string, interval: Interval | null, figure: CountsStatistic) => {
    const tally = hits.get(name) ?? { contained: 0, made: 0 };
    hits.set(name, tally);
    if (!interval) return;
    const truth = figure(tableOf(POPULATION));
    tally.made += 1;
    if (interval.low <= truth && truth <= interval.high) tally.contained += 1;
  };
  const cells = [0, 0, 0, 0];
  for (let simulation = 0; simulation < SIMULATIONS; simulation++) {
    drawMultinomial(random, n, POPULATION, cells);
    for (const [name, { figure, parts }] of Object.entries(PROPORTIONS)) {
      const [k = 0, of = 0] = parts(tableOf(cells));
      judge(`${name} (Wilson)`, wilson(k, of, CONFIDENCE), figure);
    }
    const figures = Object.values(RESAMPLED);
    const options = { resamples: RESAMPLES, confidence: CONFIDENCE, seed: simulation };
    const estimates = bcaOfCounts(cells, figures.map(onCells), options);
    Object.entries(RESAMPLED).forEach(([name, figure], i) => {
      judge(`${name} (BCa)`, estimates[i]?.interval ?? null, figure);
    });
  }
  return Object.fromEntries(
    [...hits].map(([name, { contained, made }]) => [name, contained / made]),
  );
}

function printCoverage(): void {
  const sizes = [100, 500, 2_000];
  const columns = sizes.map(simulate);
  print(`Coverage of 95% intervals, ${SIMULATIONS} simulations, 7% toxic rows`);
  print(['', ...sizes.map((n) => `n=${n}`)]);
  for (const name of Object.keys(columns[0] ?? {})) {
    print([name, ...columns.map((column) => `${((column[name] ?? 0) * 100).toFixed(1)}%`)]);
  }
}

function printTimes(): void {
  const options = { resamples: 2_000, confidence: CONFIDENCE, seed: 1 };
  const rows = 100_000;
  const random = seededRandom(1);
  const scores = Array.from({ length: rows }, () => drawBelow(random, rows) / rows);
  const toxic = scores.map((score) => drawBelow(random, rows) / rows < 0.2 * score * score);
  const statistics = [averagePrecision, auroc, brier, expectedCalibrationError];
  const cells = POPULATION.map((share) => Math.round(share * rows));
  print('\n2,000 resamples of 100,000 rows');
  print(['counts, 2 figures', time(() => bcaOfCounts(cells, [f1, mcc].map(onCells), options))]);
  print([
    'scores, 4 figures',
    time(() => bootstrapScores(rankRows(scores, toxic), statistics, options)),
  ]);
}

function time(work: () => void): string {
  const start = performance.now();
  work();
  return `${((performance.now() - start) / 1000).toFixed(2)} s`;
}

function print(line: string | readonly string[]): void {
  const text =
    typeof line === 'string'
      ? line
      : line.map((cell, i) => (i === 0 ? cell.padEnd(22) : cell.padStart(8))).join('');
  process.stdout.write(`${text}\n`);
}

printCoverage();
printTimes();
