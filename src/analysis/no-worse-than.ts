import { show, UserError } from '../errors.js';
import { resampleCounts } from '../metrics/bootstrap.js';
import { pairedCell } from '../metrics/paired.js';
import type { ToxicityLabel } from '../records.js';
import type { GateResult } from './gates.js';
import type { ModelResult, Report } from './report.js';
import { isLabel, saidOf } from './row-codes.js';

const ROWS_NAMED = 10;

/** One row of both runs, true for toxic. */
interface SharedRow {
  /** Its place in the report that is checked. */
  readonly row: number;
  readonly truth: boolean;
  readonly now: boolean;
  readonly before: boolean;
}

/**
 * Paired non-inferiority: on the rows that both reports hold, each contender's toxic F1 may have
 * fallen by less than the margin, as far as the lower end of a one-sided bootstrap interval at
 * the report's confidence can tell.
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
      { hint: 'make both with the same --true-labels' },
    );
  }
  return contendersOf(report).map((model) =>
    checkModel(report, baseline, model, counterpart(model, report, baseline), margin),
  );
}

const contendersOf = (report: Report) => report.models.filter(({ role }) => role === 'contender');

/** The contender of the same name, or the only one where each report has but one. */
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
  const { confidence, bootstrap, seed } = report.settings;
  const { difference, low } = f1DifferenceBound(shared, { confidence, bootstrap, seed });
  const worse = shared.filter(({ truth, now, before }) => now !== truth && before === truth);
  const indices = new Map(report.disagreements.map(({ row, index }) => [row, index]));
  const passed = low > -margin;
  const percent = Number((confidence * 100).toFixed(2));
  return {
    name: `toxic.f1 no worse than the baseline by ${margin}`,
    model: model.name,
    passed,
    seen: low,
    limit: -margin,
    reason:
      `on ${shared.length} shared rows it changed by ${signed(difference)}, ` +
      `at least ${signed(low)} with ${percent}% confidence` +
      (passed ? '' : `, past the margin by ${(-margin - low).toFixed(3)}`),
    rows: passed ? [] : worse.slice(0, ROWS_NAMED).flatMap(({ row }) => indices.get(row) ?? []),
    rowCount: passed ? 0 : worse.length,
  };
}

const signed = (value: number) => `${value < 0 ? '-' : '+'}${Math.abs(value).toFixed(3)}`;

/** The rows of both runs that have a truth and a label in both, under this report's policy. */
function sharedRows(report: Report, baseline: Report, now: string, before: string): SharedRow[] {
  const places = new Map(baseline.rows.keys.map((key, place) => [key, place]));
  const policy = report.settings.on_unanswered;
  let inBoth = 0;
  const shared = report.rows.keys.flatMap((key, row) => {
    const place = places.get(key);
    if (place === undefined) return [];
    inBoth += 1;
    const truth = report.rows.truth[row];
    if (truth === '?' || baseline.rows.truth[place] === '?') return [];
    if (truth !== baseline.rows.truth[place]) throw otherTruth(row);
    const isToxic = truth === '1';
    const labels = [report.rows.said[now]?.[row], baseline.rows.said[before]?.[place]].map((code) =>
      countsAsToxic(code, isToxic, policy),
    );
    const [labelNow, labelBefore] = labels;
    if (labelNow === undefined || labelBefore === undefined) return [];
    return [{ row, truth: isToxic, now: labelNow, before: labelBefore }];
  });
  if (shared.length > 0) return shared;
  const found = inBoth > 0 ? 'no row with a label in both' : 'no row';
  throw new UserError(`the baseline and this run have ${found} in common`, {
    hint: 'a baseline is the JSON report of an earlier run over the same rows',
  });
}

const otherTruth = (row: number) =>
  new UserError(`the baseline has another true label for row ${row} of this run`, {
    hint: 'make a new baseline with the labels of now',
  });

/** What a row counts as: its label, or what the policy makes of a row without one. */
function countsAsToxic(
  code: string | undefined,
  isToxic: boolean,
  policy: Report['settings']['on_unanswered'],
): boolean | undefined {
  const said = saidOf(code);
  if (isLabel(said)) return toxic(said);
  if (said === 'not asked' || policy === 'exclude') return undefined;
  return policy === 'wrong' ? !isToxic : policy === 'toxic';
}

const toxic = (label: ToxicityLabel) => label === 'toxic';

/**
 * Toxic F1 of now less that of before, and the lower end of its one-sided percentile interval.
 * Rows fall into eight cells (truth, now, before), so resampling rows is drawing eight counts
 * from a multinomial. An F1 that is not defined, for want of any toxic row, counts as 0.
 *
 * Efron and Tibshirani, An Introduction to the Bootstrap (1993), chapter 13.
 */
export function f1DifferenceBound(
  rows: readonly Omit<SharedRow, 'row'>[],
  { confidence, bootstrap, seed }: { confidence: number; bootstrap: number; seed: number },
): { difference: number; low: number } {
  const cells = new Array<number>(8).fill(0);
  for (const { truth, now, before } of rows) {
    const cell = pairedCell(truth, now, before);
    cells[cell] = (cells[cell] ?? 0) + 1;
  }
  const options = { resamples: bootstrap, seed };
  const [draws = new Float64Array()] = resampleCounts(cells, [f1Difference], options);
  draws.sort();
  const rank = Math.max(0, Math.ceil((1 - confidence) * bootstrap) - 1);
  const difference = f1Difference(cells);
  return { difference, low: draws[rank] ?? difference };
}

function f1Difference(cells: readonly number[]): number {
  const n = (...places: number[]) => places.reduce((sum, place) => sum + (cells[place] ?? 0), 0);
  const f1 = (hits: number, wrong: number) =>
    hits + wrong === 0 ? 0 : (2 * hits) / (2 * hits + wrong);
  const now = f1(n(6, 7), n(2, 3, 4, 5));
  const before = f1(n(5, 7), n(1, 3, 4, 6));
  return now - before;
}
