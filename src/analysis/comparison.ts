import {
  detectableDifference,
  f1Difference,
  f1PermutationP,
  isWithinMargin,
  pairedCell,
  rowsForMargin,
} from '../metrics/f1-difference.js';
import { holm, mcnemarExact } from '../metrics/paired.js';
import { type ClusterOf, clusteredTable } from './clusters.js';
import { defined, shortFigures } from './figures.js';
import { isFew } from './notes.js';
import { type Labels, NO_LABEL, TOXIC } from './outcomes.js';
import type { Pair, Report } from './report.js';

/** A model by name, with the labels that it is judged by. */
export interface Answers {
  readonly name: string;
  readonly labels: Labels;
}

export interface PairOptions {
  /** Of the intervals, such as 0.95. */
  readonly confidence: number;
  /** Differences of the toxic F1 below this are of no matter. */
  readonly margin: number;
}

/** Every model on the rows with a truth for which all of them have a label: one table that is fair. */
export function onCommonRows(
  truth: Labels,
  models: readonly Answers[],
  clusterOf: ClusterOf,
  confidence: number,
): NonNullable<Report['common']> {
  const common = truth.map((label, row) =>
    models.some(({ labels }) => labels[row] === NO_LABEL) ? NO_LABEL : label,
  );
  return {
    n: common.reduce((n, label) => n + (label === NO_LABEL ? 0 : 1), 0),
    models: models.map(({ name, labels }) => ({
      name,
      ...shortFigures(clusteredTable(common, labels, clusterOf), confidence),
    })),
  };
}

/**
 * Compares models two by two by their toxic F1, on the rows for which both have a label. A pair is
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
  { confidence, margin }: PairOptions,
): Omit<Pair, 'finding' | 'f1_difference'> & {
  readonly f1_difference: Omit<Pair['f1_difference'], 'p_holm'>;
} {
  const cells = countPairs(truth, a.labels, b.labels);
  const at = (isToxic: boolean, aSays: boolean, bSays: boolean) =>
    cells[pairedCell(isToxic, aSays, bSays)] ?? 0;
  const onlyA = at(true, true, false) + at(false, false, true);
  const onlyB = at(true, false, true) + at(false, true, false);
  const n = sum(cells);
  const { value, standardError, interval } = f1Difference(cells, confidence);
  return {
    a: a.name,
    b: b.name,
    n,
    toxic: sum(cells.slice(4)),
    f1_difference: {
      value: defined(value),
      low: n > 0 ? interval.low : null,
      high: n > 0 ? interval.high : null,
      n,
      interval: n > 0 ? 'delta' : null,
      p: f1PermutationP(cells),
    },
    within_margin: n > 0 && isWithinMargin(cells, confidence, margin),
    evidence:
      n > 0
        ? {
            standard_error: standardError,
            detectable: detectableDifference(standardError),
            rows_for_margin: margin > 0 ? rowsForMargin(n, standardError, margin) : null,
          }
        : null,
    mcnemar: { only_a_right: onlyA, only_b_right: onlyB, p: mcnemarExact(onlyA, onlyB) },
  };
}

const sum = (counts: readonly number[]) => counts.reduce((total, count) => total + count, 0);

function findingOf(
  { n, toxic, within_margin }: Pick<Pair, 'n' | 'toxic' | 'within_margin'>,
  { low, high, p_holm }: Pair['f1_difference'],
  { confidence }: PairOptions,
): Pair['finding'] {
  if (low === null || high === null || isFew(n, toxic)) return 'not comparable';
  const leavesOutZero = low > 0 || high < 0;
  if (leavesOutZero && p_holm <= 1 - confidence) return 'different';
  return within_margin ? 'equivalent' : 'not told apart';
}

/** Rows by truth and the two labels, numbered by {@link pairedCell}. */
export function countPairs(truth: Labels, a: Labels, b: Labels): number[] {
  const cells = new Array<number>(8).fill(0);
  truth.forEach((label, row) => {
    if (label === NO_LABEL || a[row] === NO_LABEL || b[row] === NO_LABEL) return;
    const cell = pairedCell(label === TOXIC, a[row] === TOXIC, b[row] === TOXIC);
    cells[cell] = (cells[cell] ?? 0) + 1;
  });
  return cells;
}
