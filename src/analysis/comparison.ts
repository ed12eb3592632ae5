import type { BootstrapOptions } from '../metrics/bootstrap.js';
import { holm, mcnemarExact, pairedCell, pairedF1Difference } from '../metrics/paired.js';
import { resampledFigure, shortFigures } from './figures.js';
import { countTable, type Labels, NO_LABEL, TOXIC } from './outcomes.js';
import type { Pair, Report } from './report.js';

/** A model by name, with the labels that it gave. */
export interface Answers {
  readonly name: string;
  readonly labels: Labels;
}

/** Every model on the rows with a truth that all of them answered: one table that is fair. */
export function onCommonRows(
  truth: Labels,
  models: readonly Answers[],
  options: BootstrapOptions,
): NonNullable<Report['common']> {
  const common = truth.map((label, row) =>
    models.some(({ labels }) => labels[row] === NO_LABEL) ? NO_LABEL : label,
  );
  return {
    n: common.reduce((n, label) => n + (label === NO_LABEL ? 0 : 1), 0),
    models: models.map(({ name, labels }) => ({
      name,
      ...shortFigures(countTable(common, labels), options),
    })),
  };
}

/**
 * Compares models two by two on the rows that both answered, by McNemar's test of who is right and
 * by the difference of their toxic F1. The p-values of either test are corrected for the number of
 * pairs; two models are tied where neither test tells them apart.
 */
export function comparePairs(
  truth: Labels,
  pairs: readonly (readonly [Answers, Answers])[],
  options: BootstrapOptions,
): Pair[] {
  const tests = pairs.map(([a, b]) => testPair(truth, a, b, options));
  const mcnemarHolm = holm(tests.map(({ mcnemar }) => mcnemar.p));
  const differenceHolm = holm(tests.map(({ f1_difference }) => f1_difference.p));
  return tests.map(({ mcnemar, f1_difference, ...test }, i) => {
    const ps = { mcnemar: mcnemarHolm[i] ?? 1, difference: differenceHolm[i] ?? 1 };
    return {
      ...test,
      mcnemar: { ...mcnemar, p_holm: ps.mcnemar },
      f1_difference: { ...f1_difference, p_holm: ps.difference },
      tied: Math.min(ps.mcnemar, ps.difference) >= 1 - options.confidence,
    };
  });
}

/** All pairs of the contenders, then each contender with the teacher where there is one. */
export function pairUp(contenders: readonly Answers[], teacher: Answers | null) {
  const among = contenders.flatMap((a, i) =>
    contenders.slice(i + 1).map((b): [Answers, Answers] => [a, b]),
  );
  return teacher ? [...among, ...contenders.map((a): [Answers, Answers] => [a, teacher])] : among;
}

function testPair(truth: Labels, a: Answers, b: Answers, options: BootstrapOptions) {
  const cells = countPairs(truth, a.labels, b.labels);
  const at = (isToxic: boolean, aSays: boolean, bSays: boolean) =>
    cells[pairedCell(isToxic, aSays, bSays)] ?? 0;
  const onlyA = at(true, true, false) + at(false, false, true);
  const onlyB = at(true, false, true) + at(false, true, false);
  const n = cells.reduce((sum, count) => sum + count, 0);
  const { p, ...estimate } = pairedF1Difference(cells, options);
  return {
    a: a.name,
    b: b.name,
    n,
    mcnemar: { only_a_right: onlyA, only_b_right: onlyB, p: mcnemarExact(onlyA, onlyB) },
    f1_difference: { ...resampledFigure(estimate, n), p },
  };
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
