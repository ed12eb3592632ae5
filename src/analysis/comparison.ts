import { auprcDifference } from '../metrics/auprc-difference.js';
import type { BootstrapOptions } from '../metrics/bootstrap.js';
import { normalCdf } from '../metrics/distributions.js';
import {
  detectableDifference,
  f1Difference,
  f1PermutationP,
  isWithinMargin,
  pairedCell,
  rowsForMargin,
} from '../metrics/f1-difference.js';
import { holm, mcnemarExact } from '../metrics/paired.js';
import { rankRows } from '../metrics/ranking.js';
import { pick, rowsWhere } from '../rows/column.js';
import { type Labels, NO_LABEL, POSITIVE } from '../rows/labels.js';
import { type ClusterOf, clusteredTable } from './clusters.js';
import { defined, resampledFigure, shortFigures } from './figures.js';
import { isFew } from './notes.js';
import { countPairs, isAnswered, weighPairs } from './paired-labels.js';
import type { Pair } from './report/comparisons.js';
import type { Report } from './report/report.js';
import { meanOf } from './rerun.js';

/** A model by name, with the labels that it is judged by. */
export interface Answers {
  readonly name: string;
  /** Of each run; more than one where rows were asked again. */
  readonly runs: readonly Labels[];
  /** By row, NaN where there is none, means over the runs; undefined for a model without scores. */
  readonly scores?: Float64Array | undefined;
}

export interface PairOptions extends BootstrapOptions {
  /** Differences of the positive F1 below this are of no matter. */
  readonly margin: number;
  /** Rows of one cluster are worth less than as many that stand alone. */
  readonly clusterOf: ClusterOf;
}

/**
 * Every model on the rows with a truth for which all of them have a label in each run: one table that
 * is fair.
 */
export function onCommonRows(
  truth: Labels,
  models: readonly Answers[],
  clusterOf: ClusterOf,
  confidence: number,
): NonNullable<Report['common']> {
  const common = truth.map((label, row) =>
    models.some(({ runs }) => !isAnswered(runs, row)) ? NO_LABEL : label,
  );
  return {
    n: common.reduce((n, label) => n + (label === NO_LABEL ? 0 : 1), 0),
    models: models.map(({ name, runs }) => ({
      name,
      ...meanOf(
        runs.map((labels) => shortFigures(clusteredTable(common, labels, clusterOf), confidence)),
      ),
    })),
  };
}

/**
 * Compares models two by two by their positive F1, on the rows for which both have a label in each of
 * their runs, the mean of a row's runs standing for it. McNemar's test is of the first run. A pair is
 * different where the interval of the difference leaves out 0 and the permutation test, corrected
 * for the number of pairs, agrees; equivalent where two one-sided tests put the difference within
 * the margin; and else not told apart, which says nothing of how alike they are.
 *
 * @see D. J. Schuirmann, J. Pharmacokinet. Biopharm. 15, 1987, for the two one-sided tests
 */
export function comparePairs(
  truth: Labels,
  pairs: readonly (readonly [Answers, Answers])[],
  options: PairOptions,
): Pair[] {
  const compared = pairs.map(([a, b]) => comparePair(truth, a, b, options));
  const corrected = holm(compared.map(({ f1_difference }) => f1_difference.p));
  return compared.map((pair, i) => {
    const difference = { ...pair.f1_difference, p_holm: corrected[i] ?? 1 };
    return { ...pair, f1_difference: difference, finding: findingOf(pair, difference, options) };
  });
}

/** All pairs of the contenders, then each contender with the teacher where there is one. */
export function pairUp(contenders: readonly Answers[], teacher: Answers | null) {
  const among = contenders.flatMap((a, i) =>
    contenders.slice(i + 1).map((b): [Answers, Answers] => [a, b]),
  );
  return teacher ? [...among, ...contenders.map((a): [Answers, Answers] => [a, teacher])] : among;
}

function comparePair(
  truth: Labels,
  a: Answers,
  b: Answers,
  options: PairOptions,
): Omit<Pair, 'finding' | 'f1_difference'> & {
  readonly f1_difference: Omit<Pair['f1_difference'], 'p_holm'>;
} {
  const { confidence, margin, clusterOf } = options;
  const { cells, worth, effect, differing } = weighPairs(truth, a.runs, b.runs, clusterOf);
  const once = countPairs(truth, firstOf(a), firstOf(b));
  const onceAt = (isPositive: boolean, aSays: boolean, bSays: boolean) =>
    once[pairedCell(isPositive, aSays, bSays)] ?? 0;
  const onlyA = onceAt(true, true, false) + onceAt(false, false, true);
  const onlyB = onceAt(true, false, true) + onceAt(false, true, false);
  const n = Math.round(sum(cells));
  const { value, standardError, interval } = f1Difference(worth, confidence, effect);
  return {
    a: a.name,
    b: b.name,
    n,
    positive: Math.round(sum(cells.slice(4))),
    f1_difference: {
      value: defined(value),
      low: n > 0 ? interval.low : null,
      high: n > 0 ? interval.high : null,
      n,
      interval: n > 0 ? 'delta' : null,
      p: pOf(f1PermutationP(cells, differing), worth !== cells, value / standardError),
    },
    within_margin: n > 0 && isWithinMargin(worth, confidence, margin, effect),
    evidence:
      n > 0
        ? {
            standard_error: standardError,
            detectable: detectableDifference(standardError),
            rows_for_margin: margin > 0 ? rowsForMargin(n, standardError, margin) : null,
          }
        : null,
    mcnemar: { only_a_right: onlyA, only_b_right: onlyB, p: mcnemarExact(onlyA, onlyB) },
    auprc_difference: scoresApart(truth, a, b, options),
  };
}

const sum = (counts: readonly number[]) => counts.reduce((total, count) => total + count, 0);

function findingOf(
  { n, positive, within_margin }: Pick<Pair, 'n' | 'positive' | 'within_margin'>,
  { low, high, p_holm }: Pair['f1_difference'],
  { confidence }: PairOptions,
): Pair['finding'] {
  if (low === null || high === null || isFew(n, positive)) return 'not comparable';
  const leavesOutZero = low > 0 || high < 0;
  if (leavesOutZero && p_holm <= 1 - confidence) return 'different';
  return within_margin ? 'equivalent' : 'not told apart';
}

/**
 * The exact p, of single rows; where rows stand in clusters, which a swap of single rows takes apart,
 * at least that of the widened standard error.
 */
function pOf(exact: number, isClustered: boolean, standardErrors: number): number {
  if (!isClustered || Number.isNaN(standardErrors)) return exact;
  return Math.max(exact, 2 * normalCdf(-Math.abs(standardErrors)));
}

const firstOf = ({ runs: [first = Int8Array.of()] }: Answers): Labels => first;

/** The difference of two models' AUPRC on the rows with a truth that both have scored. */
function scoresApart(truth: Labels, a: Answers, b: Answers, options: PairOptions) {
  const { scores: ofA } = a;
  const { scores: ofB } = b;
  if (!ofA || !ofB) return null;
  const rows = rowsWhere(
    truth.length,
    (row) =>
      truth[row] !== NO_LABEL &&
      !Number.isNaN(ofA[row] as number) &&
      !Number.isNaN(ofB[row] as number),
  );
  const isPositive = pick(truth, rows);
  if (!isPositive.includes(POSITIVE)) return null;
  const ranked = (scores: Float64Array) => rankRows(pick(scores, rows), isPositive);
  const clusters = pick(options.clusterOf, rows);
  const { value, interval, p } = auprcDifference(ranked(ofA), ranked(ofB), options, clusters);
  const figure = resampledFigure({ value, interval }, rows.length);
  return { ...figure, p };
}
