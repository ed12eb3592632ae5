import { show, UserError } from '../errors.js';
import { formatPercent, formatTogether, plural, withSign } from '../format.js';
import { type Counts, f1 } from '../metrics/binary.js';
import { resampleCounts } from '../metrics/bootstrap.js';
import { pairedDifference } from '../metrics/paired.js';
import { countPairs } from './comparison.js';
import { type GateResult, ROWS_NAMED } from './gates.js';
import { codeOf, labelUnder, NO_LABEL } from './outcomes.js';
import type { ModelResult, Report } from './report.js';
import { contendersOf } from './roles.js';
import { saidOf, truthOf } from './row-codes.js';

/** A row that both reports hold, with a truth and a label in both. */
interface SharedRow {
  /** Its place in the report that is checked. */
  readonly row: number;
  readonly truth: number;
  readonly now: number;
  readonly before: number;
}

/**
 * Paired non-inferiority: a contender passes if its toxic F1, on the rows that both reports hold,
 * has not fallen by the margin or more. What counts is the lower end of a one-sided bootstrap
 * interval of the difference, at the report's confidence.
 *
 * @param margin - how much F1 may fall, a fraction
 * @throws UserError when the baseline has another truth, no such contender, or no row in common
 */
export function noWorseThan(report: Report, baseline: Report, margin: number): GateResult[] {
  if (!(margin >= 0 && margin < 1)) {
    throw new UserError(`the margin is ${margin}`, { hint: 'give a fraction such as 0.02' });
  }
  if (baseline.settings.truth !== report.settings.truth) {
    throw new UserError(
      `the baseline's truth is ${show(baseline.settings.truth)}, this run's ${show(report.settings.truth)}`,
      { hint: 'make both with the same `trueLabels`' },
    );
  }
  return contendersOf(report).map((model) =>
    checkModel(report, baseline, model, counterpart(model, report, baseline), margin),
  );
}

/** The contender of the same name, or the only one where each report has one. */
function counterpart(model: ModelResult, report: Report, baseline: Report): ModelResult {
  const there = contendersOf(baseline);
  const same = there.find(({ name }) => name === model.name);
  const only = there.length === 1 && contendersOf(report).length === 1 ? there[0] : undefined;
  const found = same ?? only;
  if (found) return found;
  throw new UserError(`the baseline has no contender "${model.name}"`, {
    hint: `it has ${there.map(({ name }) => name).join(', ') || 'none'}`,
  });
}

function checkModel(
  report: Report,
  baseline: Report,
  model: ModelResult,
  before: ModelResult,
  margin: number,
): GateResult {
  const shared = sharedRows(report, baseline, model.name, before.name);
  const column = (of: (row: SharedRow) => number) => Int8Array.from(shared, of);
  const cells = countPairs(
    column(({ truth }) => truth),
    column(({ now }) => now),
    column(({ before }) => before),
  );
  const { difference, low } = f1DifferenceBound(cells, report.settings);
  const worse = shared.filter(({ truth, now, before }) => now !== truth && before === truth);
  const indices = new Map(report.disagreements.map(({ row, index }) => [row, index]));
  const passed = low > -margin;
  const [changed = '', least = '', past] = formatTogether([difference, low, -margin - low]);
  return {
    name: `toxic.f1 no worse than the baseline by ${margin}`,
    model: model.name,
    passed,
    value: low,
    limit: -margin,
    reason:
      `on ${plural(shared.length, 'shared row')} it changed by ${withSign(changed)}, ` +
      `at least ${withSign(least)} with ${formatPercent(report.settings.confidence, 2)} confidence` +
      (passed ? '' : `, past the margin by ${past}`),
    rows: passed ? [] : worse.slice(0, ROWS_NAMED).flatMap(({ row }) => indices.get(row) ?? []),
    rowCount: passed ? 0 : worse.length,
  };
}

/** The rows of both runs that have a truth and a label in both, under this report's policy. */
function sharedRows(report: Report, baseline: Report, now: string, before: string): SharedRow[] {
  const places = new Map(baseline.rows.keys.map((key, place) => [key, place]));
  const policy = report.settings.on_unanswered;
  let inBoth = 0;
  const shared = report.rows.keys.flatMap((key, row): SharedRow[] => {
    const place = places.get(key);
    if (place === undefined) return [];
    inBoth += 1;
    const truth = codeOf(truthOf(report.rows.truth[row]));
    const truthThen = codeOf(truthOf(baseline.rows.truth[place]));
    if (truth === NO_LABEL || truthThen === NO_LABEL) return [];
    if (truth !== truthThen) throw otherTruth(row);
    const labelOf = (code: string | undefined) => labelUnder(policy, saidOf(code), truth);
    const both = {
      now: labelOf(report.rows.said[now]?.[row]),
      before: labelOf(baseline.rows.said[before]?.[place]),
    };
    return both.now === NO_LABEL || both.before === NO_LABEL ? [] : [{ row, truth, ...both }];
  });
  if (shared.length > 0) return shared;
  const found = inBoth > 0 ? 'no row with a label in both' : 'no row';
  throw new UserError(`the baseline and this run have ${found} in common`, {
    hint: 'a baseline is the JSON report of an earlier run over the same rows',
  });
}

const otherTruth = (row: number) =>
  new UserError(`the baseline has another true label for row ${row} of this run`, {
    hint: 'make the baseline again, with the labels of this run',
  });

/** An F1 that is not defined, since no row is toxic or called so, counts as 0. */
const f1OrZero = (counts: Counts) => f1(counts) || 0;

/**
 * Toxic F1 of now less that of before, and the lower end of its one-sided percentile interval.
 *
 * @param cells - rows by truth, now and before, numbered by `pairedCell`
 * @see B. Efron and R. J. Tibshirani, An Introduction to the Bootstrap, 1993, chapter 13
 */
export function f1DifferenceBound(
  cells: readonly number[],
  { confidence, bootstrap, seed }: Pick<Report['settings'], 'confidence' | 'bootstrap' | 'seed'>,
): { difference: number; low: number } {
  const ofF1 = (drawn: readonly number[]) => pairedDifference(drawn, f1OrZero);
  const options = { resamples: bootstrap, seed };
  const [draws = new Float64Array()] = resampleCounts(cells, [ofF1], options);
  draws.sort();
  const rank = Math.max(0, Math.ceil((1 - confidence) * bootstrap) - 1);
  const difference = ofF1(cells);
  return { difference, low: draws[rank] ?? difference };
}
